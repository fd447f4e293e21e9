package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;

/**
 * Messages between nodes that know each other by certificate. Subjects are short names, registered before the first
 * message arrives. Handlers run on an event loop and must not block. Any thread may call.
 */
public interface PeerTransport {

    NodeId self();

    /**
     * Asks {@code to} and completes with its answer. Requests of one subject to one node are sent in the order of the
     * calls. Fails with {@link PeerException}: refused (nobody listens there), unreachable, timed out, or failed there.
     */
    CompletionStage<byte[]> request(NodeId to, String subject, byte[] body, Duration timeout);

    /** Answers requests; a failed stage tells the asker that it failed, with the message. */
    void handle(String subject, BiFunction<NodeId, byte[], CompletionStage<byte[]>> handler);

    /**
     * Sends without an answer, on the calling event loop's own link to that node, flushed once per loop turn; takes the
     * reference of {@code body}. False when there is no connected link or its queue is full: the message is gone.
     */
    boolean tell(NodeId to, String subject, ByteBuf body);

    /** True while the calling loop's link to {@code to} takes more without queueing much. */
    boolean writable(NodeId to);

    /** Runs {@code task} on the calling loop once its link to {@code to} is writable again, or gone. */
    void onWritable(NodeId to, Runnable task);

    /** Receives what was told; the handler must not keep the buffer. */
    void onTold(String subject, BiConsumer<NodeId, ByteBuf> handler);

    /** Whom this node may talk to, and where. Peers that are not in the book are not spoken to, and are not listened to. */
    void addresses(Map<NodeId, NodeAddress> book);

    /** {@link org.trestle.cluster.time.Timers#nanos} of the last byte from that node; 0 when never. */
    long lastHeard(NodeId node);

    /** Told when nobody listens at a peer's address any more (connection refused or reset): it is probably dead. */
    Subscription onRefused(Consumer<NodeId> listener);
}
