package org.trestle.deploy.bench.turn;

import java.util.Arrays;

/** How long packets took, counted in steps of 1 µs up to 100 ms. */
final class Latencies {
    private static final int STEPS = 100_000;

    private final long[] counts = new long[STEPS + 1];

    void add(long nanos) {
        counts[(int) Math.max(0, Math.min(STEPS, nanos / 1_000))]++;
    }

    /** In microseconds; 0 when there are none. */
    double percentile(double share) {
        long all = Arrays.stream(counts).sum();
        long wanted = (long) Math.ceil(all * share);
        long sum = 0;
        for (int i = 0; i <= STEPS; i++) {
            sum += counts[i];
            if (all > 0 && sum >= wanted) {
                return i;
            }
        }
        return 0;
    }

    void clear() {
        Arrays.fill(counts, 0);
    }
}
