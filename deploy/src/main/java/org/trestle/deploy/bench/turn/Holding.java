package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** What a server keeps in mind for an allocation with a channel; its socket is the kernel's and not counted. */
final class Holding implements Workload<TurnContender> {
    private static final int WARM_UP = 500;
    private static final int HELD = 5_000;
    private static final double KILOBYTE = 1_000;

    @Override
    public String title() {
        return "memory of an allocation, beside its socket";
    }

    @Override
    public String unit() {
        return "kB";
    }

    /** A server of its own: what an earlier load has left behind would be filled first, and nothing be seen. */
    @Override
    public boolean fresh() {
        return true;
    }

    @Override
    public int seconds() {
        return 6;
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(Trestle.NAME, 6));
    }

    @Override
    public Sample run(TurnContender server) throws IOException {
        try (Load load = new Load(false)) {
            load.open(WARM_UP, Link.Kind.UDP, server.plain(), null, true);
        }
        long usedBefore = server.bytesInUse();
        long sizeBefore = Cost.of(server.processes()).memoryBytes();
        try (Load load = new Load(false)) {
            load.open(HELD, Link.Kind.UDP, server.plain(), null, true);
            long sizeAfter = Cost.of(server.processes()).memoryBytes();
            long usedAfter = server.bytesInUse();
            double used = (usedAfter - usedBefore) / KILOBYTE / HELD;
            double grown = (sizeAfter - sizeBefore) / KILOBYTE / HELD;
            return new Sample(
                    used,
                    String.format(
                            Locale.ROOT,
                            "the process has grown by %.1f kB each, to %.0f MB",
                            grown,
                            sizeAfter / KILOBYTE / KILOBYTE));
        }
    }
}
