package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One-way messages from one event loop to one peer, in order. */
final class TellLink extends DialledLink {
    /** Tasks that wait for room; further ones run at once and look for themselves. */
    private static final int MOST_WAITING = 1 << 16;

    private List<Runnable> waiting = new ArrayList<>();
    private @Nullable Outbox outbox;
    private volatile boolean writable;

    TellLink(LinkContext context, EventLoop loop, Peer peer) {
        super(context, loop, peer, LinkRole.TELLS);
    }

    boolean tell(String subject, ByteBuf body) {
        Outbox out = outbox;
        if (out == null) {
            body.release();
            context().meters.tellDropped(TransportMeters.Reason.NO_LINK);
            return false;
        }
        if (!out.add(FrameKind.TELL, subject, 0, body)) {
            context().meters.tellDropped(TransportMeters.Reason.QUEUE_FULL);
            return false;
        }
        context().meters.tell();
        return true;
    }

    /** From any thread. */
    boolean writable() {
        return writable;
    }

    void onWritable(Runnable task) {
        if (writable || closed() || waiting.size() >= MOST_WAITING) {
            loop().execute(task);
        } else {
            waiting.add(task);
        }
    }

    @Override
    void whenUp(Outbox out) {
        outbox = out;
        writabilityChanged(true);
    }

    @Override
    void whenDown(PeerException why) {
        outbox = null;
        writable = false;
        runWaiting();
    }

    @Override
    void writabilityChanged(boolean now) {
        writable = now;
        if (now) {
            runWaiting();
        }
    }

    private void runWaiting() {
        List<Runnable> ready = waiting;
        waiting = new ArrayList<>();
        ready.forEach(loop()::execute);
    }

    @Override
    void received(FrameKind kind, long id, ByteBuf body) {
        drop("it sent a " + kind + " over a one-way link");
    }
}
