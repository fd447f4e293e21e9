package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** Allocations with authentication: the challenge, the signed request, the socket. */
final class Allocating implements Workload<TurnContender> {
    private static final int WARM_UPS = 4;
    private static final int MEASURED = 2_000;

    /** 20,000 a second on one core. */
    private static final double ONE_CORE_MICROS = 50;

    @Override
    public String title() {
        return "allocations with authentication";
    }

    @Override
    public String unit() {
        return "CPU µs/allocation";
    }

    @Override
    public int seconds() {
        return 5;
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(Trestle.NAME, ONE_CORE_MICROS));
    }

    @Override
    public Sample run(TurnContender server) throws IOException {
        for (int i = 0; i < WARM_UPS; i++) {
            open(server, MEASURED);
        }
        return open(server, MEASURED);
    }

    private static Sample open(TurnContender server, int count) throws IOException {
        try (Load load = new Load(false)) {
            Cost before = Cost.of(server.processes());
            long start = System.nanoTime();
            load.open(count, Link.Kind.UDP, server.plain(), null, false);
            double took = (System.nanoTime() - start) / 1e9;
            Cost after = Cost.of(server.processes());
            double memory = (after.memoryBytes() - before.memoryBytes()) / 1024.0 / count;
            return new Sample(
                    (after.cpuMicros() - before.cpuMicros()) / (double) count,
                    String.format(Locale.ROOT, "%.0f/s, %.1f KiB each", count / took, Math.max(0, memory)));
        }
    }
}
