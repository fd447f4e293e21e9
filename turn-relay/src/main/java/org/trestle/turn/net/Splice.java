package org.trestle.turn.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * One direction of two connections that carry each other's bytes (RFC 6062 section 5.4). Who writes faster than the
 * other side reads is not read from meanwhile, so neither grows memory.
 */
final class Splice extends ChannelInboundHandlerAdapter {

    /** Told to the client's pipeline: from now on its bytes are not messages. */
    static final Object JOINED = new Object();

    private final Channel other;

    Splice(Channel other) {
        this.other = other;
    }

    /** Joins a client's connection with a peer's; each ends when the other one does. */
    static void join(Channel client, TcpPeer peer) {
        Channel remote = peer.channel();
        client.pipeline().addLast(new Splice(remote));
        client.pipeline().fireUserEventTriggered(JOINED);
        remote.pipeline().addLast(new Splice(client));
        remote.config().setAutoRead(true);
        if (!client.isActive()) {
            remote.close();
        }
        if (!remote.isActive()) {
            client.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        other.write(message, other.voidPromise());
        if (!other.isWritable()) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        other.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            other.config().setAutoRead(true);
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        other.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        ctx.fireChannelInactive();
    }

    @Override
    @SuppressWarnings("deprecation") // the handler of an inbound error is this method
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        RelayLoop.failed(ctx.channel(), cause);
    }
}
