package org.trestle.cluster.api;

import io.netty.buffer.ByteBuf;
import java.util.function.BiConsumer;

/**
 * Sends frames straight from node to node: at most once, and in order for all that one event loop sends to one node. Frames
 * are batched per loop turn, carry term and sender, and those of a node that was declared lost are dropped and counted.
 */
public interface NodeBus {

    /** What became of a frame that was offered. */
    enum Verdict {
        /** On its way. */
        SENT,
        /** On its way, and the link is congested: stop reading the source until {@link #onWritable} runs. */
        CONGESTED,
        /** There is no link to that node, or its queue is full: the frame is gone, tell the sender. */
        UNREACHABLE
    }

    /**
     * Sends {@code frame} (whose reference is taken) to {@code node}. Called from an event loop; what one loop sends
     * arrives there on one loop.
     */
    Verdict send(NodeId node, ByteBuf frame);

    /** Runs {@code task} once on the calling thread's event loop when {@code node} takes frames again, or is gone. */
    void onWritable(NodeId node, Runnable task);

    /** The one receiver of frames: called on an event loop with the sender and the frame, which it must not keep. */
    void receive(BiConsumer<NodeId, ByteBuf> receiver);
}
