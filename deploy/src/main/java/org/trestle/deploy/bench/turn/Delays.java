package org.trestle.deploy.bench.turn;

/** How long packets were on their way, counted in steps of a microsecond. One thread writes; read it afterwards. */
final class Delays {
    private static final int LONGEST_MICROS = 50_000;

    private final int[] counts = new int[LONGEST_MICROS + 1];
    private long total;

    void add(long nanos) {
        counts[(int) Math.max(0, Math.min(LONGEST_MICROS, nanos / 1_000))]++;
        total++;
    }

    long count() {
        return total;
    }

    /** So many microseconds are enough for {@code share} of the packets. */
    int micros(double share) {
        long wanted = (long) Math.ceil(share * total);
        long sum = 0;
        for (int micros = 0; micros < LONGEST_MICROS; micros++) {
            sum += counts[micros];
            if (sum >= wanted) {
                return micros + 1;
            }
        }
        return LONGEST_MICROS;
    }
}
