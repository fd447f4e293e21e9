package org.trestle.cluster.time;

import java.time.Duration;
import java.time.Instant;

/** The only source of time: real in a node, simulated in tests. Thread-safe. */
public interface Timers {

    /** A scheduled task; cancelling one that ran already does nothing. */
    interface Timer {
        void cancel();
    }

    /** Monotonic nanoseconds, for intervals only. */
    long nanos();

    /** The wall clock, for what people read and certificates say; never for intervals. */
    Instant now();

    /** Runs {@code task} once, {@code delay} from now, on the timer's thread: the task must not block. */
    Timer after(Duration delay, Runnable task);
}
