package org.trestle.cluster.api;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The session directory: which node has which full Jid, and which nodes have which component. One bind is one committed
 * entry, so two nodes never both own a full Jid; a node that the cluster declares lost loses all its entries in one entry.
 * Reads are local and lock-free; all methods may be called from any thread.
 */
public interface Directory {

    /** Why an entry went away. */
    enum Cause {
        /** Its owner closed it. */
        CLOSED,
        /** A later bind of the same full Jid took its place. */
        REPLACED,
        /** The cluster declared its node lost, or the node started anew. */
        NODE_LOST
    }

    /**
     * Ordered change events, in log order, called on the thread that applies the log after the view has changed: must not
     * block.
     */
    interface Listener {
        default void bound(Binding binding) {}

        /** The attributes changed. */
        default void updated(Binding before, Binding after) {}

        default void unbound(Binding binding, Cause cause) {}

        default void attached(Attachment attachment) {}

        default void detached(Attachment attachment, Cause cause) {}

        /** All entries of this node went in one step; the single {@code unbound} and {@code detached} calls follow it. */
        default void nodeLost(NodeId node) {}
    }

    /**
     * Claims a full Jid for this node, ending an older session of the same full Jid wherever it is. Completes when the
     * entry is applied here, at the former owner, and at every other node that can be reached, so that a stanza sent to
     * the Jid afterwards, from anywhere, arrives at this session. Empty attributes mean not yet available. Fails with
     * {@link ClusterUnavailableException}.
     */
    CompletionStage<Binding> bind(String account, String resource, String session, byte[] attributes);

    /**
     * Claims a full Jid like {@link #bind}, but takes nobody's place; empty when another session has it. Of two such claims
     * at the same moment, on whatever nodes, one gets it.
     *
     * @param instead a session that is replaced all the same, or null
     */
    CompletionStage<Optional<Binding>> bindFree(
            String account, String resource, String session, byte[] attributes, @Nullable String instead);

    /** Replaces the attributes of a session of this node; does nothing when {@code session} no longer owns the Jid. */
    CompletionStage<Void> update(String account, String resource, String session, byte[] attributes);

    /** Gives a full Jid back; does nothing when {@code session} no longer owns it. */
    CompletionStage<Void> unbind(String account, String resource, String session);

    /** Adds a connection of a component, which becomes the active one; completes as {@link #bind} does. */
    CompletionStage<Attachment> attach(String domain, String connection);

    CompletionStage<Void> detach(String domain, String connection);

    @Nullable
    Binding binding(String account, String resource);

    /** All bindings of an account, oldest first; empty when none. */
    List<Binding> bindings(String account);

    /** The active connection of a component, or null when there is none. */
    @Nullable
    Attachment active(String domain);

    /** All connections of a component, newest (active) first. */
    List<Attachment> attachments(String domain);

    /** Number of bindings in the whole cluster. */
    int size();

    Subscription listen(Listener listener);
}
