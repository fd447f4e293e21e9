package org.trestle.cluster.api;

import java.util.function.Consumer;

/** A running member: the parts that the rest of the node uses. Any thread. */
public interface Cluster {
    NodeId self();

    Tables tables();

    Directory directory();

    NodeBus bus();

    ClusterStatus status();

    /** The fingerprint of the replicated state here, to compare nodes with; costs a pass over all of it. */
    StateFingerprint fingerprint();

    /** False from the moment the node fenced itself until it has a quorum again. One volatile read. */
    boolean serving();

    /**
     * Told {@code false} when the node lost its quorum for the lease time or leaves, {@code true} when it serves (again);
     * called at once with the present value, then in order, never on an event loop's critical path: must not block.
     */
    Subscription onServing(Consumer<Boolean> listener);
}
