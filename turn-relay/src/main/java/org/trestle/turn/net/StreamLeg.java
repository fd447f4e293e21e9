package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.ClientLeg;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.PeerConnection;

/**
 * One client's connection, TCP or TLS. Messages to it are gathered and written once per turn of the loop. A client that
 * does not read loses messages: what waits for it is bounded.
 */
final class StreamLeg extends ClientLeg implements Passing.Passable {

    private static final int FIRST_BYTES = 4_096;

    private final Channel channel;
    private final DatagramLoop loop;
    private final int limit;
    private @Nullable ByteBuf waiting;
    private Passing.@Nullable Passed elsewhere;
    private boolean kept;

    StreamLeg(FiveTuple fiveTuple, Channel channel, DatagramLoop loop, int limit) {
        super(fiveTuple);
        this.channel = channel;
        this.loop = loop;
        this.limit = limit;
    }

    /** Whether it has an allocation, or carries a peer's connection. */
    boolean isKept() {
        return kept;
    }

    /** Where its messages go instead of this loop's relay. */
    Passing.@Nullable Passed elsewhere() {
        return elsewhere;
    }

    @Override
    public Executor home() {
        return channel.eventLoop();
    }

    @Override
    public void follow(Passing.@Nullable Passed leg) {
        elsewhere = leg;
    }

    @Override
    public void send(ByteBuf message) {
        int size = message.readableBytes();
        ByteBuf before = waiting;
        int held = before == null ? 0 : before.readableBytes();
        if (!channel.isActive() || held + size > room()) {
            loop.counters().add(NetCounters.Count.DROPPED_SLOW_CLIENT, 1);
            message.release();
            return;
        }
        if (before == null) {
            before = channel.alloc().directBuffer(Math.max(FIRST_BYTES, size), limit);
            waiting = before;
            loop.dirty(this);
        }
        before.writeBytes(message);
        message.release();
    }

    private long room() {
        return Math.min(limit, channel.bytesBeforeUnwritable());
    }

    /** Writes what waits. */
    void flush() {
        ByteBuf bytes = waiting;
        if (bytes != null) {
            waiting = null;
            channel.writeAndFlush(bytes, channel.voidPromise());
        }
    }

    @Override
    public void close() {
        flush();
        channel.close();
    }

    @Override
    public void kept() {
        kept = true;
    }

    @Override
    public void released() {
        kept = false;
        channel.pipeline().fireUserEventTriggered(StreamClient.RELEASED);
    }

    @Override
    public void splice(PeerConnection peer) {
        flush();
        kept = true;
        Splice.join(channel, (TcpPeer) peer);
    }
}
