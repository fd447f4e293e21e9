package org.trestle.cluster.state;

import org.trestle.cluster.api.NodeId;

/**
 * In which of its lives a node is. An epoch begins with the log index of the entry that says that the node is up, and ends
 * when the node is declared lost, removed, or up again. Reads are lock-free, from any thread.
 */
public interface NodeEpochs {

    /** The node's last epoch, also when it is over; 0 when it was never up. */
    long epoch(NodeId node);

    /** Whether the node is up, as the log says: it has an epoch that is not over. */
    boolean up(NodeId node);

    /**
     * Whether a frame that {@code sender} sent in {@code frameEpoch} may be heeded: not when that epoch is over. An epoch
     * newer than what this node has applied is accepted, for the sender may be ahead of it.
     */
    boolean accepts(NodeId sender, long frameEpoch);
}
