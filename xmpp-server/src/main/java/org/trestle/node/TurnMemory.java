package org.trestle.node;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import org.trestle.node.config.TurnConfig;

/**
 * How large the process of a relay should stay. What strangers send makes garbage, and a collector that may have a quarter
 * of the machine takes all of it before it begins to work; one that is told what the relay's limits can need does not.
 * Shenandoah and ZGC listen, the others do as they did.
 */
final class TurnMemory {
    private static final String OPTION = "SoftMaxHeapSize";

    /** What a relay needs without clients, and garbage enough that collecting it costs little. */
    private static final long BASE = 256L << 20;

    private static final long OF_AN_ALLOCATION = 8 << 10;
    private static final long OF_A_CONNECTION = 16 << 10;

    private TurnMemory() {}

    /** Bytes of heap that a relay with these limits should do with. */
    static long wanted(int allocations, int connections) {
        return BASE + OF_AN_ALLOCATION * allocations + OF_A_CONNECTION * connections;
    }

    /** Tells the collector, unless the operator has or there is less than that anyway. */
    static void ask(TurnConfig config) {
        long wanted = wanted(config.quotas().allocations(), config.limits().connections());
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (machine == null || wanted >= Runtime.getRuntime().maxMemory()) {
            return;
        }
        VMOption now = machine.getVMOption(OPTION);
        if (now.isWriteable() && now.getOrigin() != VMOption.Origin.VM_CREATION) {
            machine.setVMOption(OPTION, Long.toString(wanted));
        }
    }
}
