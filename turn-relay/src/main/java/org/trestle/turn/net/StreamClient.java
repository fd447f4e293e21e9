package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.Relay;
import org.trestle.turn.stun.Framing;

/**
 * Cuts a client's stream into messages (RFC 8656 section 12.5) and hands them to the relay. What was read is copied
 * once, into the loop's packet memory, from where payload is sent on.
 */
final class StreamClient extends ChannelInboundHandlerAdapter {

    /** The connection has no allocation any more. */
    static final Object RELEASED = new Object();

    private final RelayLoop loop;
    private final Relay relay;
    private final StreamLeg leg;
    private @Nullable ByteBuf rest;
    private boolean spliced;

    StreamClient(RelayLoop loop, Relay relay, StreamLeg leg) {
        this.loop = loop;
        this.relay = relay;
        this.leg = leg;
    }

    StreamLeg leg() {
        return leg;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (spliced) {
            ctx.fireChannelRead(message);
            return;
        }
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable() && ctx.channel().isActive()) {
                take(ctx, in);
            }
        } finally {
            in.release();
        }
    }

    /** Takes as much as fits into one slot behind what was left over, and looks at the messages in it. */
    private void take(ChannelHandlerContext ctx, ByteBuf in) {
        int held = rest == null ? 0 : rest.readableBytes();
        int size = Math.min(in.readableBytes(), PacketMemory.ROOM - held);
        int at = loop.datagrams().place(held + size);
        ByteBuf view = loop.datagrams().memory().bytes();
        if (rest != null) {
            view.setBytes(at, rest, rest.readerIndex(), held);
            rest.release();
            rest = null;
        }
        view.setBytes(at + held, in, in.readerIndex(), size);
        in.skipBytes(size);
        int end = at + held + size;
        int left = frames(ctx, view, at, end);
        if (left < end && ctx.channel().isActive()) {
            rest = ctx.alloc().directBuffer(end - left).writeBytes(view, left, end - left);
        }
    }

    private int frames(ChannelHandlerContext ctx, ByteBuf view, int from, int end) {
        int at = from;
        view.setIndex(0, view.capacity());
        while (end - at >= Framing.PREFIX && ctx.channel().isActive()) {
            int length = Framing.frameLength(view, at);
            if (length == Framing.NOT_TURN
                    || (!leg.isKept() && length > loop.limits().unauthenticatedFrameBytes())) {
                loop.counters().add(NetCounters.Count.NOT_TURN, 1);
                ctx.close();
                return end;
            }
            if (at + length > end) {
                return at;
            }
            view.setIndex(at, at + length);
            Passing.Passed elsewhere = leg.elsewhere();
            if (elsewhere == null) {
                relay.fromClient(leg, view);
            } else {
                elsewhere.take(RelayLoop.copy(view));
            }
            view.setIndex(0, view.capacity());
            at += length;
            if (spliced) {
                return splicedRest(ctx, view, at, end);
            }
        }
        return at;
    }

    /** What came behind the request that joined the connections is the peer's already. */
    private int splicedRest(ChannelHandlerContext ctx, ByteBuf view, int at, int end) {
        if (at < end) {
            ctx.fireChannelRead(ctx.alloc().directBuffer(end - at).writeBytes(view, at, end - at));
        }
        return end;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == RELEASED) {
            loop.unauthenticated(leg);
        } else if (event == Splice.JOINED) {
            spliced = true;
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        forget();
        Passing.Passed elsewhere = leg.elsewhere();
        if (elsewhere == null) {
            relay.gone(leg);
        } else {
            elsewhere.gone();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        forget();
    }

    private void forget() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the handler of an inbound error is this method
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        RelayLoop.failed(ctx.channel(), cause);
    }
}
