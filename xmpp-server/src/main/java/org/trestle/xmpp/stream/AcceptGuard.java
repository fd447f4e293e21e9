package org.trestle.xmpp.stream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the taking of connections on one port. When the process has no file descriptor left, each attempt fails at
 * once and would be made again at once; so the port rests, longer each time, while the connections that are open are served.
 * It says so once, and once more when it is over.
 */
public final class AcceptGuard extends ChannelInboundHandlerAdapter {
    /** The first rest; each further one is twice as long. */
    static final Duration SHORTEST_REST = Duration.ofMillis(50);

    /** No rest is longer, so that a port is back soon after descriptors are. */
    static final Duration LONGEST_REST = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(AcceptGuard.class);

    private final StreamCounters counters;
    private Duration rest = SHORTEST_REST;
    private boolean failing;

    public AcceptGuard(StreamCounters counters) {
        this.counters = counters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object connection) {
        if (failing) {
            failing = false;
            rest = SHORTEST_REST;
            LOG.info("connections are taken again on {}", context.channel().localAddress());
        }
        context.fireChannelRead(connection);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            context.fireExceptionCaught(cause);
            return;
        }
        counters.count(StreamCounters.Event.ACCEPT_FAILED);
        if (!failing) {
            failing = true;
            LOG.warn(
                    "no connection can be taken on {}: {}; those that are open are served. If these are too many open files,"
                            + " raise the limit of the process (LimitNOFILE, ulimit -n)",
                    context.channel().localAddress(),
                    cause.getMessage());
        }
        if (context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(false);
            context.executor()
                    .schedule(
                            () -> context.channel().config().setAutoRead(true), rest.toMillis(), TimeUnit.MILLISECONDS);
            Duration next = rest.multipliedBy(2);
            rest = next.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : next;
        }
    }
}
