package org.trestle.node.shared;

import java.time.Duration;

/**
 * What connections may take that have not shown yet whose they are. Each limit has a counter in {@link SharedCounters}.
 *
 * @param undecided most of them at once (10,000); one more is closed
 * @param undecidedPerAddress of one IPv4 address, or one IPv6 network of 64 bits (100); for one more the oldest is closed
 * @param decision longest time from the connection, over the PROXY header and TLS, to the bytes that tell (10 s)
 */
public record SharedLimits(int undecided, int undecidedPerAddress, Duration decision) {
    public static final SharedLimits DEFAULT = new SharedLimits(10_000, 100, Duration.ofSeconds(10));

    public SharedLimits {
        if (undecided < 1 || undecidedPerAddress < 1 || decision.isNegative() || decision.isZero()) {
            throw new IllegalArgumentException("the limits of a shared port must be greater than nothing");
        }
    }
}
