package org.trestle.cluster.liveness;

import java.util.Collection;
import org.trestle.cluster.api.NodeId;

/** What the replicated state says of the members: reads are local, lock-free, and from any thread. */
public interface MemberView {

    /** All members, this node among them. */
    Collection<NodeId> members();

    /** The log index at which the node announced its present run; 0 when it never did. */
    long epoch(NodeId node);

    /** Whether the run of that epoch is over: the node was declared lost, removed, or announced a newer run. */
    boolean ended(NodeId node, long epoch);
}
