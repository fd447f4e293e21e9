package org.trestle.turn.relay;

/** Time for one relay; both may be cached for one turn of the loop. */
public interface RelayClock {

    /** Monotonic nanoseconds. */
    long nanos();

    /** The wall clock in milliseconds since 1970, for what people read and for credentials that expire. */
    long epochMillis();

    /** Real time. */
    RelayClock SYSTEM = new RelayClock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long epochMillis() {
            return System.currentTimeMillis();
        }
    };
}
