package org.trestle.deploy;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for what another process does, which can only be asked for. */
final class Await {
    /** More than anything takes on a machine that is slow or stands still for a while; who waits for what comes loses nothing. */
    static final Duration SOON = Duration.ofSeconds(60);

    private static final long BETWEEN_NANOS = Duration.ofMillis(25).toNanos();

    private Await() {}

    /** The first answer that is not null. */
    static <T> T until(Duration limit, Supplier<String> what, Supplier<@Nullable T> question) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            T answer = question.get();
            if (answer != null) {
                return answer;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("after " + limit.toMillis() + " ms still not: " + what.get());
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
    }

    /** Returns how long it took in milliseconds. */
    static long untilTrue(Duration limit, Supplier<String> what, Supplier<Boolean> question) {
        long begun = System.nanoTime();
        until(limit, what, () -> question.get() ? Boolean.TRUE : null);
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }
}
