package org.trestle.node.shared;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.trestle.xmpp.stream.AcceptGuard;
import org.trestle.xmpp.stream.Admission;
import org.trestle.xmpp.stream.StreamCounters;
import org.trestle.xmpp.stream.Transports;

/** One address of a port that XMPP and TURN share. Any thread. */
public final class SharedPort {
    private final Channel socket;
    private final Parts parts;
    private final ChannelGroup undecided;

    /**
     * How a shared port is run.
     *
     * @param proxies addresses whose connections begin with a PROXY protocol version 2 header
     */
    public record Settings(SharedTls tls, Takers takers, Predicate<InetAddress> proxies, SharedLimits limits) {}

    /** What all connections of the port have in common. */
    record Parts(
            SharedTls tls,
            Takers takers,
            Predicate<InetAddress> proxies,
            SharedLimits limits,
            Admission admission,
            StreamCounters arrivals,
            SharedCounters counters) {}

    private SharedPort(Channel socket, Parts parts, ChannelGroup undecided) {
        this.socket = socket;
        this.parts = parts;
        this.undecided = undecided;
    }

    /**
     * Listens.
     *
     * @param group the event loops of XMPP's streams, where connections of XMPP stay
     * @param address port 0 chooses one
     * @return fails with the {@link IOException} of the socket, in words
     */
    public static CompletionStage<SharedPort> open(EventLoopGroup group, InetSocketAddress address, Settings settings) {
        StreamCounters arrivals = new StreamCounters();
        SharedLimits limits = settings.limits();
        Parts parts = new Parts(
                settings.tls(),
                settings.takers(),
                settings.proxies(),
                limits,
                new Admission(limits.undecided(), limits.undecidedPerAddress(), arrivals),
                arrivals,
                new SharedCounters());
        ChannelGroup undecided = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(Transports.serverChannel(group))
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .handler(new AcceptGuard(arrivals))
                .childHandler(new Initializer(parts, undecided))
                .bind(address);
        CompletableFuture<SharedPort> listening = new CompletableFuture<>();
        bound.addListener(done -> {
            if (done.isSuccess()) {
                listening.complete(new SharedPort(bound.channel(), parts, undecided));
            } else {
                listening.completeExceptionally(new IOException(
                        "cannot listen for XMPP and TURN together on "
                                + address.getAddress().getHostAddress() + " port " + address.getPort() + ": "
                                + done.cause().getMessage()
                                + "; stop what uses this port, or set trestle.listen.shared",
                        done.cause()));
            }
        });
        return listening;
    }

    /** Lets connections in. */
    private static final class Initializer extends ChannelInitializer<Channel> {
        private final Parts parts;
        private final ChannelGroup open;

        Initializer(Parts parts, ChannelGroup open) {
            this.parts = parts;
            this.open = open;
        }

        @Override
        protected void initChannel(Channel channel) {
            Undecided connection = Undecided.of(channel, parts);
            if (connection == null) {
                return;
            }
            boolean proxied = parts.proxies().test(connection.peer().getAddress());
            channel.pipeline().addLast(new FirstWords(connection, proxied, false));
            open.add(channel);
            if (parts.admission().closed()) {
                // the port was closed meanwhile, and whoever closed it may have missed this connection
                channel.close();
            }
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.localAddress();
    }

    /** Connections that have not shown yet whose they are. */
    public int undecided() {
        return parts.admission().connections();
    }

    /** What has become of the connections. */
    public SharedCounters counters() {
        return parts.counters();
    }

    /** How connections were let in: taken, refused, displaced by another one of their address. */
    public StreamCounters arrivals() {
        return parts.arrivals();
    }

    /** Closes the port and the connections that are nobody's yet; those that were handed over go on. */
    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        socket.close().addListener(done -> {
            parts.admission().close();
            undecided
                    .close(channel -> channel.pipeline().get(FirstWords.class) != null)
                    .addListener(gone -> closed.complete(null));
        });
        return closed;
    }
}
