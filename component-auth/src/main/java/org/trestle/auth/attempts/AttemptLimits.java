package org.trestle.auth.attempts;

import java.time.Duration;

/**
 * The limits of failed logins on one node.
 *
 * @param perAddress of one IPv4 address, or one IPv6 network of 64 bits, whatever accounts it tries
 * @param perAccountAndAddress of one account from one address
 * @param perAccount of one account from everywhere; beyond it each address has a single failure for this account instead
 *     of those of {@code perAccountAndAddress}, so that its owner gets in at the first try from wherever nobody has guessed
 * @param remembered most addresses, pairs and accounts that are remembered, each; beyond it the oldest are forgotten
 */
public record AttemptLimits(Budget perAddress, Budget perAccountAndAddress, Budget perAccount, int remembered) {

    /** What is right when nobody says otherwise. */
    public static final AttemptLimits DEFAULT = new AttemptLimits(
            new Budget(50, Duration.ofSeconds(10)),
            new Budget(10, Duration.ofMinutes(1)),
            new Budget(100, Duration.ofMinutes(1)),
            50_000);

    public AttemptLimits {
        if (remembered < 2) {
            throw new IllegalArgumentException("at least 2 are remembered, not " + remembered);
        }
    }
}
