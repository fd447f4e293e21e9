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

/** One port with streams on it, of either kind; {@link ClientListener} and {@link ComponentListener} open one. */
public final class StreamServer {
    private static final Logger LOG = LoggerFactory.getLogger(StreamServer.class);

    /** A name of an engine goes with a port, which nobody looks at. */
    private static final int XMPP_PORT = 5222;

    /** What one kind of stream puts into the pipeline of a connection that was let in. */
    interface Connections {
        void open(Channel channel, Admission.Ticket ticket, TlsStart tls, StreamCounters counters);
    }

    private final Channel socket;
    private final ChannelGroup open;
    private final Admission admission;
    private final StreamCounters counters;

    private StreamServer(Channel socket, ChannelGroup open, Admission admission, StreamCounters counters) {
        this.socket = socket;
        this.open = open;
        this.admission = admission;
        this.counters = counters;
    }

    /** Listens; fails with the {@link java.io.IOException} of the socket. */
    static CompletionStage<StreamServer> listen(
            EventLoopGroup group,
            InetSocketAddress address,
            StreamLimits limits,
            Supplier<SslContext> tls,
            Connections connections) {
        StreamCounters counters = new StreamCounters();
        Admission admission = new Admission(limits, counters);
        ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(Transports.serverChannel(group))
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(limits.writeLowWater(), limits.writeHighWater()))
                .handler(new AcceptGuard(counters))
                .childHandler(new Initializer(open, admission, limits, tls, connections, counters));
        CompletableFuture<StreamServer> listening = new CompletableFuture<>();
        ChannelFuture bound = bootstrap.bind(address);
        bound.addListener(done -> {
            if (done.isSuccess()) {
                listening.complete(new StreamServer(bound.channel(), open, admission, counters));
            } else {
                listening.completeExceptionally(done.cause());
            }
        });
        return listening;
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

        @Override
        protected void initChannel(Channel channel) {
            Admission.Ticket ticket = admission.admit(EndPoint.of(channel.remoteAddress()), channel::close);
            if (ticket == null) {
                LOG.debug("connection refused, a limit is reached: peer={}", channel.remoteAddress());
                channel.close();
                return;
            }
            connections.open(channel, ticket, domain -> handler(channel, domain), counters);
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
        return EndPoint.of(socket.localAddress());
    }

    /** How many connections are open. */
    public int connections() {
        return admission.connections();
    }

    public StreamCounters counters() {
        return counters;
    }

    /** Ends all streams that are open now; the port stays open. */
    public void closeStreams(StreamError error) {
        for (Channel channel : open) {
            StreamHandler handler = channel.pipeline().get(StreamHandler.class);
            if (handler != null) {
                channel.eventLoop().execute(() -> handler.close(error));
            }
        }
    }

    /** Closes the port, then ends all streams; completes when the last of them is over. */
    public CompletionStage<Void> close(StreamError error) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        socket.close().addListener(done -> {
            CompletionStage<Void> empty = admission.close();
            closeStreams(error);
            empty.thenAccept(closed::complete);
        });
        return closed;
    }
}
