package org.trestle.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

final class TurnMemoryTest {

    @Test
    void theLimitsSayHowMuchIsNeeded() {
        assertEquals(615, TurnMemory.wanted(6_000, 20_000) >> 20, "MiB with the limits of a new node");
        assertEquals(1_349, TurnMemory.wanted(100_000, 20_000) >> 20);
    }

    @Test
    void thisJavaLetsItBeChanged() {
        var machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        assertTrue(machine.getVMOption("SoftMaxHeapSize").isWriteable());
    }
}
