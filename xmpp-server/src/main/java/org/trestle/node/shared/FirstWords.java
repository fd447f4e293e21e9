package org.trestle.node.shared;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.shared.SharedCounters.Event;
import org.trestle.turn.net.ProxyHeader;
import org.trestle.turn.net.RelayServer;
import org.trestle.turn.net.TurnTls;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.xmpp.stream.ServerTls;

/**
 * Listens to how a connection begins: with a PROXY header (from those who must send one), with TLS, or with the words of
 * somebody who takes connections here. Then it hands over, with the bytes that it has kept.
 */
final class FirstWords extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(FirstWords.class);

    /** A fatal alert, no_application_protocol (RFC 7301 3.2), in a record of its own. */
    private static final byte[] NO_APPLICATION_PROTOCOL = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x78};

    private final Undecided connection;
    private final boolean encrypted;
    private boolean proxied;
    private Phase phase = Phase.LISTENING;

    private enum Phase {
        LISTENING,
        /** What comes is kept for the one who takes the connection. */
        HANDING_OVER,
        /** What comes is of no use. */
        OVER
    }

    /**
     * @param proxied whether a PROXY header comes first
     * @param encrypted whether TLS has been taken off
     */
    FirstWords(Undecided connection, boolean proxied, boolean encrypted) {
        this.connection = connection;
        this.proxied = proxied;
        this.encrypted = encrypted;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (phase == Phase.OVER) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (phase == Phase.HANDING_OVER || !ctx.channel().isActive() || (proxied && !proxy(in))) {
            return;
        }
        if (!encrypted && in.isReadable() && in.getUnsignedByte(in.readerIndex()) == ClientHello.HANDSHAKE) {
            hello(ctx, in);
            return;
        }
        Speech speech = Speech.of(in);
        if (speech != null) {
            decide(ctx, speech);
        }
    }

    private void decide(ChannelHandlerContext ctx, Speech speech) {
        switch (speech) {
            case XMPP -> xmpp(ctx);
            case TURN -> turn(ctx);
            // Who is to serve HTTP on this port gets the connection here.
            case HTTP -> end(Event.HTTP);
            case UNKNOWN -> end(Event.UNKNOWN);
        }
    }

    /** Whether what follows the header can be looked at. */
    private boolean proxy(ByteBuf in) {
        ProxyHeader header = ProxyHeader.read(in);
        if (header == null) {
            return false;
        }
        if (header.isWrong()) {
            end(Event.PROXY_REFUSED);
            return false;
        }
        in.skipBytes(header.length());
        proxied = false;
        TransportAddress source = header.source();
        TransportAddress destination = header.destination();
        if (source != null && destination != null && !connection.isOf(address(source), address(destination))) {
            phase = Phase.OVER;
        }
        return phase == Phase.LISTENING;
    }

    private static InetSocketAddress address(TransportAddress address) {
        return new InetSocketAddress(address.ip(), address.port());
    }

    private void hello(ChannelHandlerContext ctx, ByteBuf in) {
        ClientHello hello = ClientHello.read(in);
        if (hello == null) {
            return;
        }
        SharedPort.Parts parts = connection.parts();
        SslContext tls =
                parts.tls().choose(hello, connection.server().getAddress().getHostAddress());
        if (tls == null) {
            phase = Phase.OVER;
            connection.end(Event.NO_PROTOCOL, Unpooled.wrappedBuffer(NO_APPLICATION_PROTOCOL));
            return;
        }
        SslHandler handler = tls.newHandler(ctx.alloc());
        handler.setHandshakeTimeout(parts.limits().decision().toMillis(), TimeUnit.MILLISECONDS);
        ctx.pipeline().addAfter(ctx.name(), null, new FirstWords(connection, false, true));
        ctx.pipeline().addAfter(ctx.name(), "tls", handler);
        ctx.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && phase == Phase.LISTENING) {
            if (handshake.isSuccess()) {
                negotiated(ctx);
            } else {
                end(Event.TLS_FAILED);
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void negotiated(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        String protocol = tls == null ? null : tls.applicationProtocol();
        if (ServerTls.ALPN_CLIENT.equals(protocol)) {
            xmpp(ctx);
        } else if (TurnTls.ALPN_TURN.equals(protocol) || TurnTls.ALPN_STUN.equals(protocol)) {
            turn(ctx);
        }
    }

    private void xmpp(ChannelHandlerContext ctx) {
        phase = Phase.HANDING_OVER;
        connection.decided();
        if (!connection.parts().takers().xmpp(ctx.channel(), connection.peer())) {
            end(Event.NO_XMPP);
            return;
        }
        connection.parts().counters().count(Event.XMPP);
        ctx.pipeline().remove(this);
    }

    /** The relay's handlers come later, on another loop: what is read until then waits here, which is not much. */
    private void turn(ChannelHandlerContext ctx) {
        phase = Phase.HANDING_OVER;
        Channel channel = ctx.channel();
        channel.config().setAutoRead(false);
        RelayServer.Adopted whose = new RelayServer.Adopted(encrypted, connection.peer(), connection.server());
        CompletionStage<Void> adopted = connection.parts().takers().turn(channel, whose);
        if (adopted == null) {
            end(Event.NO_RELAY);
            return;
        }
        connection.parts().counters().count(Event.TURN);
        adopted.whenComplete((there, failed) -> {
            if (failed == null) {
                channel.eventLoop().execute(() -> handedOver(channel));
            } else {
                LOG.debug("the relay does not take a connection: {}", failed.toString());
                channel.close();
            }
        });
    }

    private void handedOver(Channel channel) {
        connection.decided();
        if (channel.pipeline().context(this) != null) {
            channel.pipeline().remove(this);
            channel.config().setAutoRead(true);
        }
    }

    private void end(Event why) {
        phase = Phase.OVER;
        connection.end(why);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (phase == Phase.LISTENING) {
            super.channelReadComplete(ctx);
        } else {
            // The decoder above would ask for more, because it has given nothing on.
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the handler of an inbound error is this method
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("connection lost: peer={} why={}", connection.peer(), why(cause));
            ctx.close();
        } else {
            LOG.error("a connection ends because of a mistake of ours: peer={}", connection.peer(), cause);
            end(Event.INTERNAL_ERROR);
        }
    }

    private static @Nullable String why(Throwable cause) {
        return cause.getMessage();
    }
}
