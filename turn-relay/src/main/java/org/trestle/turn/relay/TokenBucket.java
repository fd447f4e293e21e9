package org.trestle.turn.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit on bytes per second that allows one second's worth at once. Thread-safe without locks; holds one number: the
 * time at which the bucket would be full again.
 */
public final class TokenBucket {
    private static final long BURST_NANOS = 1_000_000_000L;

    private final double nanosPerByte;
    private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);

    public TokenBucket(long bytesPerSecond) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException(bytesPerSecond + " bytes/s is no limit that anything could pass");
        }
        nanosPerByte = 1e9 / bytesPerSecond;
    }

    /** Takes {@code bytes} if they are there. */
    public boolean take(long bytes, long nowNanos) {
        long cost = (long) (bytes * nanosPerByte);
        while (true) {
            long then = fullAt.get();
            long base = then == Long.MIN_VALUE || then - nowNanos < 0 ? nowNanos : then;
            if (base + cost - nowNanos > BURST_NANOS && base != nowNanos) {
                return false;
            }
            if (fullAt.compareAndSet(then, base + cost)) {
                return true;
            }
        }
    }
}
