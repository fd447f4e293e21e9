package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.Transport;
import org.trestle.turn.stun.TransportAddress;

/**
 * Looks at how a connection begins: with a PROXY header (from those who must send one), with TLS, or with TURN. Then it
 * makes way for what understands the rest.
 */
final class FirstBytes extends ByteToMessageDecoder {

    /** The first byte of a TLS record that carries a handshake. */
    private static final int TLS_HANDSHAKE = 0x16;

    private final RelayLoop loop;
    private boolean proxied;
    private boolean encrypted;
    private TransportAddress client;
    private TransportAddress server;

    /**
     * @param proxied whether a PROXY header comes first
     * @param encrypted whether TLS has been taken off already
     */
    FirstBytes(RelayLoop loop, TransportAddress client, TransportAddress server, boolean proxied, boolean encrypted) {
        this.loop = loop;
        this.client = client;
        this.server = server;
        this.proxied = proxied;
        this.encrypted = encrypted;
    }

    /**
     * Whether bytes begin like STUN (RFC 8489 section 5) or ChannelData; null when more are needed to tell. For ports
     * that others share, such as 443: a TURN client's first message is always STUN.
     */
    static @Nullable Boolean beginsLikeStun(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int there = bytes.readableBytes();
        if (there > 0 && bytes.getByte(at) >> 6 != 0) {
            return false;
        }
        byte[] cookie = {0x21, 0x12, (byte) 0xa4, 0x42};
        for (int i = 4; i < Math.min(8, there); i++) {
            if (bytes.getByte(at + i) != cookie[i - 4]) {
                return false;
            }
        }
        return there < 8 ? null : true;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (proxied && !proxy(ctx, in)) {
            return;
        }
        if (!in.isReadable()) {
            return;
        }
        if (!encrypted && in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE) {
            tls(ctx);
            return;
        }
        Boolean stun = beginsLikeStun(in);
        if (stun != null) {
            if (stun) {
                serve(ctx);
            } else {
                refuse(ctx, NetCounters.Count.NOT_TURN, in);
            }
        }
    }

    private boolean proxy(ChannelHandlerContext ctx, ByteBuf in) {
        ProxyHeader header = ProxyHeader.read(in);
        if (header == null) {
            return false;
        }
        if (header.isWrong()) {
            refuse(ctx, NetCounters.Count.PROXY_REFUSED, in);
            return false;
        }
        in.skipBytes(header.length());
        proxied = false;
        TransportAddress source = header.source();
        TransportAddress destination = header.destination();
        if (source != null && destination != null) {
            if (!loop.moved(ctx.channel(), client, source)) {
                refuse(ctx, NetCounters.Count.REFUSED_PER_ADDRESS, in);
                return false;
            }
            client = source;
            server = destination;
        }
        return true;
    }

    private void tls(ChannelHandlerContext ctx) {
        TurnTls tls = loop.tls();
        if (tls == null) {
            loop.counters().add(NetCounters.Count.NOT_TURN, 1);
            ctx.close();
            return;
        }
        SslHandler handler = tls.tls().newHandler(ctx.alloc());
        handler.setHandshakeTimeout(loop.limits().handshakeSeconds(), TimeUnit.SECONDS);
        ctx.pipeline().addAfter(ctx.name(), null, new FirstBytes(loop, client, server, false, true));
        ctx.pipeline().addAfter(ctx.name(), null, handler);
        ctx.pipeline().remove(this);
    }

    private void serve(ChannelHandlerContext ctx) {
        FiveTuple tuple = new FiveTuple(client, server, encrypted ? Transport.TLS : Transport.TCP);
        StreamLeg leg = new StreamLeg(
                tuple, ctx.channel(), loop.datagrams(), loop.limits().writeBufferBytes());
        loop.unauthenticated(leg);
        ctx.pipeline().addAfter(ctx.name(), null, new StreamClient(loop, loop.relay(), leg));
        ctx.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext ctx, NetCounters.Count why, ByteBuf in) {
        in.skipBytes(in.readableBytes());
        loop.counters().add(why, 1);
        ctx.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
            loop.counters().add(NetCounters.Count.HANDSHAKE_FAILED, 1);
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    @SuppressWarnings("deprecation") // the handler of an inbound error is this method
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        RelayLoop.failed(ctx.channel(), cause);
    }
}
