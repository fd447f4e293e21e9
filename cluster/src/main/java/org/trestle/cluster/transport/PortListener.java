package org.trestle.cluster.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The cluster port: binds it, and gives every connection to a {@link ClientHello}. */
final class PortListener {
    private final LinkContext context;
    private final Accepted accepted;
    private final GuestDesk guests;
    private volatile @Nullable Channel server;

    PortListener(LinkContext context, Accepted accepted, GuestDesk guests) {
        this.context = context;
        this.accepted = accepted;
        this.guests = guests;
    }

    /** Fails with an {@link IOException} that names the address, and what to do. */
    CompletionStage<Void> bind(String host, int port) {
        CompletableFuture<Void> bound = new CompletableFuture<>();
        context.lookup.lookup(host).whenComplete((address, unknown) -> {
            if (unknown != null) {
                bound.completeExceptionally(new IOException("cannot listen on " + host + " port " + port
                        + " (cluster): no address is known for this name; set the cluster's listen address to one of"
                        + " this machine's"));
            } else {
                bind(address, port, bound);
            }
        });
        return bound;
    }

    private void bind(InetAddress address, int port, CompletableFuture<Void> bound) {
        ChannelFuture binding = new ServerBootstrap()
                .group(context.group)
                .channel(context.serverType())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, context.limits.handshakes())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(Dial.HIGH_WATER / 4, Dial.HIGH_WATER))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(new InetSocketAddress(address, port));
        binding.addListener(done -> {
            if (done.isSuccess()) {
                server = binding.channel();
                bound.complete(null);
            } else {
                bound.completeExceptionally(new IOException(
                        "cannot listen on " + address.getHostAddress() + " port " + port + " (cluster): "
                                + done.cause().getMessage()
                                + "; stop the program that uses it (\"ss -ltnp\" shows it), or set another address or"
                                + " port for the cluster",
                        done.cause()));
            }
        });
    }

    private void accept(Channel channel) {
        if (!accepted.arrived(channel)) {
            context.meters.rejected(TransportMeters.Reason.TOO_MANY);
            channel.close();
            return;
        }
        AcceptedLink link = new AcceptedLink(context, accepted);
        channel.pipeline().addLast(new ClientHello(context, accepted, link, guests), link);
    }

    int port() {
        Channel open = server;
        if (open == null || !(open.localAddress() instanceof InetSocketAddress local)) {
            throw new IllegalStateException("the cluster port is not open");
        }
        return local.getPort();
    }

    CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Channel open = server;
        if (open == null) {
            closed.complete(null);
        } else {
            open.close().addListener(done -> afterNextRound(open, closed));
        }
        return closed;
    }

    /** Without epoll a port is free only when its loop has selected once more: who binds it again must not come before. */
    private static void afterNextRound(Channel closing, CompletableFuture<Void> closed) {
        try {
            closing.eventLoop().schedule(() -> closed.complete(null), 1, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ending) {
            closed.complete(null); // the loop ends, and its ports with it
        }
    }
}
