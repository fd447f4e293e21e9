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
    private static final int AT_ONCE = 2_000;

    /** The kernel tells CPU time in steps of 10 ms, so that one time would be too short. */
    private static final int MEASURED = 4;

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
        return 8;
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(Trestle.NAME, ONE_CORE_MICROS));
    }

    @Override
    public Sample run(TurnContender server) throws IOException {
        for (int i = 0; i < WARM_UPS; i++) {
            open(server);
        }
        long cpu = 0;
        long nanos = 0;
        for (int i = 0; i < MEASURED; i++) {
            Opened opened = open(server);
            cpu += opened.cpuMicros();
            nanos += opened.nanos();
        }
        int count = MEASURED * AT_ONCE;
        return new Sample(cpu / (double) count, String.format(Locale.ROOT, "%.0f/s", count / (nanos / 1e9)));
    }

    /** What making the allocations took; ending them is not counted. */
    private record Opened(long cpuMicros, long nanos) {}

    private static Opened open(TurnContender server) throws IOException {
        try (Load load = new Load(false)) {
            Cost before = Cost.of(server.processes());
            long start = System.nanoTime();
            load.open(AT_ONCE, Link.Kind.UDP, server.plain(), null, false);
            long took = System.nanoTime() - start;
            return new Opened(Cost.of(server.processes()).cpuMicros() - before.cpuMicros(), took);
        }
    }
}
