package org.trestle.cluster.transport;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.pki.ClusterCa;
import org.trestle.cluster.pki.NodeIdentity;
import org.trestle.cluster.time.SystemTimers;
import org.trestle.cluster.time.Timers;

/** Transports of one cluster on this machine's loopback, for tests. */
final class Mesh implements AutoCloseable {
    static final NodeId A = new NodeId("00000000000000aa");
    static final NodeId B = new NodeId("00000000000000bb");
    static final NodeId C = new NodeId("00000000000000cc");
    static final long SECONDS = 90;

    final ClusterCa ca = ClusterCa.create(Instant.now());
    final EventLoopGroup group;
    final Timers timers;
    private final List<SimpleMeterRegistry> meters = new ArrayList<>();
    private final Map<NodeId, NettyTransport> nodes = new LinkedHashMap<>();
    private final List<NettyTransport> all = new ArrayList<>();

    Mesh() {
        // The distribution has the native library; here it is used when somebody puts it on the class path.
        group = new MultiThreadIoEventLoopGroup(
                2, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        timers = new SystemTimers(group.next());
    }

    NodeIdentity identity(NodeId node) {
        return NodeIdentity.create(node, ca, Instant.now());
    }

    /** A node with its port open, and nobody in its book. */
    NettyTransport open(NodeId node) throws Exception {
        return open(identity(node), timers, TransportLimits.defaults());
    }

    NettyTransport open(TransportIdentity identity, Timers time, TransportLimits limits) throws Exception {
        NettyTransport transport = new NettyTransport(identity, group, time, limits, meters());
        all.add(transport);
        await(transport.startOnFreePort("127.0.0.1"));
        nodes.put(identity.node(), transport);
        return transport;
    }

    /** Everybody knows everybody. */
    void introduce() {
        Map<NodeId, NodeAddress> book = new LinkedHashMap<>();
        nodes.forEach((node, transport) -> book.put(node, address(transport)));
        nodes.values().forEach(transport -> transport.addresses(book));
    }

    static NodeAddress address(NettyTransport transport) {
        return new NodeAddress("127.0.0.1", transport.port());
    }

    static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    /** The failure that {@code stage} ends with. */
    static PeerException failure(CompletionStage<?> stage) throws Exception {
        try {
            await(stage);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof PeerException why) {
                return why;
            }
            throw failed;
        }
        throw new AssertionError("it succeeded");
    }

    /** Meters of one transport. */
    SimpleMeterRegistry meters() {
        SimpleMeterRegistry fresh = new SimpleMeterRegistry();
        meters.add(fresh);
        return fresh;
    }

    /** By all transports of the mesh. */
    double rejected(TransportMeters.Reason reason) {
        return meters.stream()
                .mapToDouble(each -> each.counter("cluster.transport.rejected", "reason", reason.name())
                        .count())
                .sum();
    }

    @Override
    public void close() throws Exception {
        for (NettyTransport transport : all) {
            await(transport.close());
        }
        group.shutdownGracefully(0, SECONDS, TimeUnit.SECONDS).get(SECONDS, TimeUnit.SECONDS);
    }
}
