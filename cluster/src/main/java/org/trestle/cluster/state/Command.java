package org.trestle.cluster.state;

import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.NodeId;

/**
 * What the log carries. Claims carry the epoch in which their node made them: one that was on its way while its node was
 * declared lost comes too late, even when the node is up again by then.
 */
sealed interface Command {
    record Write(Change change) implements Command {}

    record Bind(NodeId node, long epoch, String account, String resource, String session, byte[] attributes)
            implements Command {}

    /**
     * A claim that takes nobody's place, but that of one session.
     *
     * @param instead the session that may be replaced; the claiming one itself when there is none
     */
    record BindFree(Bind bind, String instead) implements Command {}

    record Update(NodeId node, long epoch, String account, String resource, String session, byte[] attributes)
            implements Command {}

    record Unbind(String account, String resource, String session) implements Command {}

    record Attach(NodeId node, long epoch, String domain, String connection) implements Command {}

    record Detach(String domain, String connection) implements Command {}

    /** The node starts a new epoch; nothing of its former one is left. */
    record NodeUp(MemberRecord member) implements Command {}

    /** The others have declared the node lost, as it was in {@code epoch}. */
    record NodeLost(NodeId node, long epoch) implements Command {}

    /** The node is no member any more, and never will be again under this id. */
    record NodeGone(NodeId node) implements Command {}
}
