package org.trestle.turn.relay;

/** Time that passes only when a test says so. Starts just before the monotonic clock overflows. */
final class SimClock implements RelayClock {
    private long nanos = Long.MAX_VALUE - 5_000_000_000L;
    private long millis = 1_800_000_000_000L;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return millis;
    }

    void pass(double seconds) {
        nanos += (long) (seconds * 1e9);
        millis += (long) (seconds * 1e3);
    }
}
