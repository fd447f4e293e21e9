package org.trestle.cluster.api;

/** What a node is in its cluster, as the operator reads it. */
public enum Role {
    LEADER,
    FOLLOWER,
    /** Knows of no leader at the moment but is inside its lease. */
    CANDIDATE,
    /** Has not heard from a quorum for the lease time, and has fenced itself. */
    NO_QUORUM,
    /** Is on its way in: does not vote yet. */
    JOINING
}
