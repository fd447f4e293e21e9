package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** What a server keeps in mind for an allocation with a channel; its socket is the kernel's and not counted. */
final class Holding implements Workload<TurnContender> {
    private static final int WARM_UP = 500;
    private static final int WARM_UPS = 10;
    private static final int HELD = 5_000;
    private static final double KILOBYTE = 1_000;

    @Override
    public String title() {
        return "memory of an allocation, beside its socket";
    }

    @Override
    public String unit() {
        return "kB that the process grows by";
    }

    /** A server of its own: what an earlier load has left behind would be filled first, and nothing be seen. */
    @Override
    public boolean fresh() {
        return true;
    }

    @Override
    public int seconds() {
        return 20;
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(Trestle.NAME, 6));
    }

    @Override
    public Sample run(TurnContender server) throws IOException {
        for (int i = 0; i < WARM_UPS; i++) {
            try (Load load = new Load(false)) {
                load.open(WARM_UP, Link.Kind.UDP, server.plain(), null, true);
            }
        }
        server.collect();
        OptionalLong usedBefore = server.bytesInUse();
        long sizeBefore = size(server);
        try (Load load = new Load(false)) {
            load.open(HELD, Link.Kind.UDP, server.plain(), null, true);
            long sizeAfter = size(server);
            server.collect();
            OptionalLong usedAfter = server.bytesInUse();
            String note = String.format(
                    Locale.ROOT,
                    "to %.0f MB%s",
                    sizeAfter / KILOBYTE / KILOBYTE,
                    server.pauses().isEmpty()
                            ? ""
                            : String.format(
                                    Locale.ROOT, "; after a collection by %.1f kB", each(sizeBefore, size(server))));
            Side used = usedBefore.isEmpty() || usedAfter.isEmpty()
                    ? null
                    : new Side("kB in use", each(usedBefore.getAsLong(), usedAfter.getAsLong()), aims());
            return new Sample(each(sizeBefore, sizeAfter), note, used);
        }
    }

    private static long size(TurnContender server) throws IOException {
        return Cost.of(server.processes()).memoryBytes();
    }

    /** Kilobytes of an allocation. */
    private static double each(long before, long after) {
        return (after - before) / KILOBYTE / HELD;
    }
}
