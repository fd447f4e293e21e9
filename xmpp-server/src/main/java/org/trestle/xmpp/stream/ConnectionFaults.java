package org.trestle.xmpp.stream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.xmpp.stream.StreamCounters.Event;

/** What goes wrong below a stream: TLS that does not begin, a connection that breaks, and mistakes of ours. */
abstract class ConnectionFaults extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionFaults.class);

    private final StreamCounters counters;

    ConnectionFaults(StreamCounters counters) {
        this.counters = counters;
    }

    /** A mistake of ours, which ends this stream and no other. */
    abstract void failed(Throwable cause);

    @Override
    public final void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            counters.count(Event.TLS_FAILED);
            LOG.debug(
                    "TLS handshake failed: peer={} why={}", context.channel().remoteAddress(), why(handshake.cause()));
            context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("connection lost: peer={} why={}", context.channel().remoteAddress(), why(cause));
            context.close();
        } else {
            failed(cause);
        }
    }

    private static @Nullable String why(@Nullable Throwable cause) {
        return cause == null ? null : cause.getMessage();
    }
}
