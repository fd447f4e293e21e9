package org.trestle.auth.attempts;

import java.time.Duration;

/**
 * How many failures are free at once, and how fast they are forgotten.
 *
 * @param failures that somebody may have made lately; one more is refused
 * @param recovery until one of them is forgotten
 */
public record Budget(int failures, Duration recovery) {
    public Budget {
        if (failures < 1) {
            throw new IllegalArgumentException("at least 1 failure is free, not " + failures);
        }
        if (recovery.isNegative() || recovery.isZero()) {
            throw new IllegalArgumentException("a failure is forgotten after some time, not after " + recovery);
        }
    }
}
