package org.trestle.deploy.bench.xmpp;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Latencies in a fixed number of buckets, each a sixteenth of a power of two wide. */
final class Latencies {
    private final long[] buckets = new long[64 * 16];
    private long count;

    void add(long nanos) {
        long value = Math.max(16, nanos);
        int power = 63 - Long.numberOfLeadingZeros(value);
        int part = (int) (value >> (power - 4)) & 15;
        buckets[power * 16 + part]++;
        count++;
    }

    void clear() {
        Arrays.fill(buckets, 0);
        count = 0;
    }

    /** The upper end of the bucket in which this share of all latencies ends, in milliseconds. */
    double percentile(double share) {
        long rank = (long) Math.ceil(share * count);
        long seen = 0;
        for (int i = 0; i < buckets.length; i++) {
            seen += buckets[i];
            if (seen >= rank && seen > 0) {
                int power = i / 16;
                long width = 1L << (power - 4);
                return ((1L << power) + (i % 16 + 1) * width) / (double) TimeUnit.MILLISECONDS.toNanos(1);
            }
        }
        return 0;
    }
}
