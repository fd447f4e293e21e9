package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerException.Kind;

/**
 * A link that this node dials, and dials again: at once after a link that had lasted is lost, then with pauses that
 * double. Everything happens on its event loop.
 */
abstract class DialledLink {
    private final LinkContext context;
    private final EventLoop loop;
    private final Peer peer;
    private final LinkRole role;
    private @Nullable Dial dial;
    private Timers.@Nullable Timer redial;
    private Duration pause;
    private long upSince;
    private boolean up;
    private boolean closed;

    DialledLink(LinkContext context, EventLoop loop, Peer peer, LinkRole role) {
        this.context = context;
        this.loop = loop;
        this.peer = peer;
        this.role = role;
        this.pause = context.limits.redialFirst();
    }

    final LinkContext context() {
        return context;
    }

    final EventLoop loop() {
        return loop;
    }

    final Peer peer() {
        return peer;
    }

    final LinkRole role() {
        return role;
    }

    final boolean closed() {
        return closed;
    }

    /** The connection over which frames can be sent now. */
    final @Nullable Dial connection() {
        return up ? dial : null;
    }

    /** Dials now, unless it is connected or dialling. */
    final void connect() {
        if (closed || dial != null) {
            return;
        }
        Timers.Timer waiting = redial;
        if (waiting != null) {
            waiting.cancel();
            redial = null;
        }
        Dial attempt = new Dial(context, this);
        dial = attempt;
        attempt.start();
    }

    /** Gives the present connection up, and dials again. */
    final void drop(String reason) {
        Dial present = dial;
        if (present != null) {
            present.end(Kind.UNREACHABLE, reason);
        }
    }

    final void close(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (redial != null) {
            redial.cancel();
        }
        Dial present = dial;
        if (present != null) {
            present.end(Kind.UNREACHABLE, reason);
        } else {
            whenDown(new PeerException(Kind.UNREACHABLE, peer + ": " + reason));
        }
    }

    final void up(Dial by, Outbox outbox) {
        if (by == dial) {
            up = true;
            upSince = context.timers.nanos();
            whenUp(outbox);
        }
    }

    final void down(Dial by, PeerException why) {
        if (by != dial) {
            return;
        }
        dial = null;
        boolean lasted = up
                && context.timers.nanos() - upSince
                        >= context.limits.redialMost().toNanos();
        up = false;
        if (lasted) {
            pause = context.limits.redialFirst();
        }
        whenDown(why);
        if (lasted) {
            connect();
        } else {
            redialLater();
        }
    }

    private void redialLater() {
        if (closed || dial != null) {
            return;
        }
        redial = context.timers.after(pause, () -> loop.execute(this::connect));
        Duration doubled = pause.multipliedBy(2);
        Duration most = context.limits.redialMost();
        pause = doubled.compareTo(most) > 0 ? most : doubled;
    }

    abstract void whenUp(Outbox outbox);

    /** A dial failed or the connection is gone. */
    abstract void whenDown(PeerException why);

    abstract void received(FrameKind kind, long id, ByteBuf body);

    abstract void writabilityChanged(boolean writable);
}
