package org.trestle.xmpp.stream;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One port with streams on it, of either kind; {@link ClientListener} and {@link ComponentListener} open one. Or none, for
 * connections that another port has accepted: {@link #adopt}.
 */
public final class StreamServer {
    private static final Logger LOG = LoggerFactory.getLogger(StreamServer.class);

    /** A name of an engine goes with a port, which nobody looks at. */
    private static final int XMPP_PORT = 5222;

    /** What one kind of stream puts into the pipeline of a connection that was let in. */
    interface Connections {
        void open(Connection connection, Admission.Ticket ticket, TlsStart tls, StreamCounters counters);
    }

    /**
     * A connection that asks to be let in.
     *
     * @param peer the address that counts as the peer's
     * @param begun whether somebody has looked at its first bytes already, and has taken off TLS if there was any
     */
    record Connection(Channel channel, InetSocketAddress peer, boolean begun) {}

    private final @Nullable Channel socket;
    private final Initializer entrance;

    private StreamServer(@Nullable Channel socket, Initializer entrance) {
        this.socket = socket;
        this.entrance = entrance;
    }

    /** Listens nowhere: all its connections are those of {@link #adopt}. */
    static StreamServer withoutPort(StreamLimits limits, Supplier<SslContext> tls, Connections connections) {
        return new StreamServer(null, Initializer.of(limits, tls, connections));
    }

    /** Listens; fails with the {@link java.io.IOException} of the socket. */
    static CompletionStage<StreamServer> listen(
            EventLoopGroup group,
            InetSocketAddress address,
            StreamLimits limits,
            Supplier<SslContext> tls,
            Connections connections) {
        Initializer entrance = Initializer.of(limits, tls, connections);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(Transports.serverChannel(group))
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark(limits))
                .handler(new AcceptGuard(entrance.counters))
                .childHandler(entrance);
        CompletableFuture<StreamServer> listening = new CompletableFuture<>();
        ChannelFuture bound = bootstrap.bind(address);
        bound.addListener(done -> {
            if (done.isSuccess()) {
                listening.complete(new StreamServer(bound.channel(), entrance));
            } else {
                listening.completeExceptionally(done.cause());
            }
        });
        return listening;
    }

    private static WriteBufferWaterMark waterMark(StreamLimits limits) {
        return new WriteBufferWaterMark(limits.writeLowWater(), limits.writeHighWater());
    }

    /** Lets connections in, and builds their pipelines. */
    static final class Initializer extends ChannelInitializer<Channel> {
        private final ChannelGroup open;
        private final Admission admission;
        private final StreamLimits limits;
        private final Supplier<SslContext> tls;
        private final Connections connections;
        private final StreamCounters counters;

        Initializer(
                ChannelGroup open,
                Admission admission,
                StreamLimits limits,
                Supplier<SslContext> tls,
                Connections connections,
                StreamCounters counters) {
            this.open = open;
            this.admission = admission;
            this.limits = limits;
            this.tls = tls;
            this.connections = connections;
            this.counters = counters;
        }

        static Initializer of(StreamLimits limits, Supplier<SslContext> tls, Connections connections) {
            StreamCounters counters = new StreamCounters();
            return new Initializer(
                    new DefaultChannelGroup(GlobalEventExecutor.INSTANCE),
                    new Admission(limits, counters),
                    limits,
                    tls,
                    connections,
                    counters);
        }

        @Override
        protected void initChannel(Channel channel) {
            enter(new Connection(channel, EndPoint.of(channel.remoteAddress()), false));
        }

        private void enter(Connection connection) {
            Channel channel = connection.channel();
            Admission.Ticket ticket = admission.admit(connection.peer(), channel::close);
            if (ticket == null) {
                LOG.debug("connection refused, a limit is reached: peer={}", connection.peer());
                channel.close();
                return;
            }
            connections.open(connection, ticket, domain -> handler(channel, domain), counters);
            open.add(channel);
            if (admission.closed()) {
                // the port was closed meanwhile, and whoever closed it may have missed this connection
                channel.close();
            }
        }

        private SslHandler handler(Channel channel, @Nullable String domain) {
            SslContext context = tls.get();
            SslHandler handler = domain == null
                    ? context.newHandler(channel.alloc())
                    : context.newHandler(channel.alloc(), domain, XMPP_PORT);
            handler.setHandshakeTimeout(limits.tlsHandshake().toMillis(), TimeUnit.MILLISECONDS);
            return handler;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return EndPoint.of(socket == null ? null : socket.localAddress());
    }

    /** How many connections are open. */
    public int connections() {
        return entrance.admission.connections();
    }

    public StreamCounters counters() {
        return entrance.counters;
    }

    /**
     * Takes a connection over that another port has accepted, under the limits of this one. Call this on the connection's loop,
     * with no handlers on it but that of TLS, and one that gives on what has been read already.
     *
     * @param peer the address that counts as the peer's
     */
    public void adopt(Channel channel, InetSocketAddress peer) {
        if (channel.isActive()) { // or nobody would hear of its end any more
            channel.config().setWriteBufferWaterMark(waterMark(entrance.limits));
            entrance.enter(new Connection(channel, peer, true));
        }
    }

    /** Ends all streams that are open now; the port stays open. */
    public void closeStreams(StreamError error) {
        for (Channel channel : entrance.open) {
            StreamHandler handler = channel.pipeline().get(StreamHandler.class);
            if (handler != null) {
                channel.eventLoop().execute(() -> handler.close(error));
            }
        }
    }

    /** Closes the port, then ends all streams; completes when the last of them is over. */
    public CompletionStage<Void> close(StreamError error) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Runnable portClosed = () -> {
            CompletionStage<Void> empty = entrance.admission.close();
            closeStreams(error);
            empty.thenAccept(closed::complete);
        };
        if (socket == null) {
            portClosed.run();
        } else {
            socket.close().addListener(done -> portClosed.run());
        }
        return closed;
    }
}
