package org.trestle.cluster.node;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.membership.Guests;
import org.trestle.cluster.transport.PeerException;
import org.trestle.cluster.transport.PeerTransport;
import org.trestle.cluster.transport.TransportIdentity;

/** Links to nobody: a node that stays alone. */
final class SoloLinks implements Links {

    @Override
    public CompletionStage<Link> listen(TransportIdentity identity, InetSocketAddress bind, Reception reception) {
        return CompletableFuture.completedFuture(new Nobody(identity.node()));
    }

    @Override
    public Guests guests() {
        return (member, authority, subject, question) -> unreachable();
    }

    private static <T> CompletionStage<T> unreachable() {
        return CompletableFuture.failedFuture(
                new PeerException(PeerException.Kind.UNREACHABLE, "this node has no cluster port"));
    }

    private record Nobody(NodeId self) implements Link, PeerTransport {
        @Override
        public PeerTransport transport() {
            return this;
        }

        @Override
        public CompletionStage<Void> close() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<byte[]> request(NodeId to, String subject, byte[] body, Duration timeout) {
            return unreachable();
        }

        @Override
        public void handle(String subject, BiFunction<NodeId, byte[], CompletionStage<byte[]>> handler) {}

        @Override
        public boolean tell(NodeId to, String subject, ByteBuf body) {
            body.release();
            return false;
        }

        @Override
        public boolean writable(NodeId to) {
            return false;
        }

        @Override
        public void onWritable(NodeId to, Runnable task) {
            task.run();
        }

        @Override
        public void onTold(String subject, BiConsumer<NodeId, ByteBuf> handler) {}

        @Override
        public void addresses(Map<NodeId, NodeAddress> book) {}

        @Override
        public long lastHeard(NodeId node) {
            return 0;
        }

        @Override
        public Subscription onRefused(Consumer<NodeId> listener) {
            return () -> {};
        }
    }
}
