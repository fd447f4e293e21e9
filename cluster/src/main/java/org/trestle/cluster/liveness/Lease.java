package org.trestle.cluster.liveness;

import java.time.Duration;

/**
 * The times by which nodes judge each other.
 *
 * @param lease how long a node may go on without hearing from a quorum before it fences itself
 * @param margin what the leader waits beyond the lease before it declares a silent node lost, so that the node has fenced
 *     itself by then whatever the clocks' drift
 * @param ping how often every member asks every other
 */
public record Lease(Duration lease, Duration margin, Duration ping) {

    public static final Lease LAN = new Lease(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMillis(250));

    public Lease {
        if (ping.multipliedBy(2).compareTo(lease) > 0) {
            throw new IllegalArgumentException("the lease must be at least two pings");
        }
    }

    /** The same proportions for another lease. */
    public static Lease of(Duration lease) {
        return new Lease(lease, lease.dividedBy(4), lease.dividedBy(8));
    }
}
