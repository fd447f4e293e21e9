package org.trestle.cluster.state;

import org.trestle.cluster.api.NodeId;

/** Changes of the members, in log order, on the thread that applies the log after the view has changed: must not block. */
public interface NodeListener {

    /** A member is there for the first time, or has started a new epoch, perhaps with another address. */
    default void up(MemberRecord member, long epoch) {}

    /** A member was declared lost; it stays a member. */
    default void lost(MemberRecord member, long index) {}

    /** A node is no member any more: removed, or replaced by another one with its cluster address. */
    default void gone(NodeId node) {}
}
