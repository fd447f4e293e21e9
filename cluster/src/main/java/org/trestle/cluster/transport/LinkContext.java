package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.Timers;

/** What all links of one transport share. */
final class LinkContext {
    final EventLoopGroup group;
    final Timers timers;
    final TransportLimits limits;
    final TransportMeters meters;
    final AddressLookup lookup = new AddressLookup();
    final Map<String, BiFunction<NodeId, byte[], CompletionStage<byte[]>>> handlers = new ConcurrentHashMap<>();
    final Map<String, BiConsumer<NodeId, ByteBuf>> tellHandlers = new ConcurrentHashMap<>();
    final List<Consumer<NodeId>> refusedListeners = new CopyOnWriteArrayList<>();

    private final boolean epoll;
    private volatile PeerTls tls;
    private volatile Map<NodeId, Peer> book = Map.of();

    LinkContext(
            EventLoopGroup group,
            Timers timers,
            TransportLimits limits,
            TransportMeters meters,
            TransportIdentity identity) {
        this.group = group;
        this.timers = timers;
        this.limits = limits;
        this.meters = meters;
        this.tls = new PeerTls(identity, timers::now);
        this.epoll = epoll(group);
    }

    PeerTls tls() {
        return tls;
    }

    void identity(TransportIdentity identity) {
        tls = new PeerTls(identity, timers::now);
    }

    Map<NodeId, Peer> book() {
        return book;
    }

    void book(Map<NodeId, Peer> next) {
        book = Map.copyOf(next);
    }

    @Nullable
    Peer peer(NodeId node) {
        return book.get(node);
    }

    boolean epoll() {
        return epoll;
    }

    Class<? extends SocketChannel> socketType() {
        return socketType(group);
    }

    private static boolean epoll(EventLoopGroup group) {
        return group instanceof IoEventLoopGroup io && io.isIoType(EpollIoHandler.class);
    }

    static Class<? extends SocketChannel> socketType(EventLoopGroup group) {
        return epoll(group) ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    Class<? extends ServerChannel> serverType() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }
}
