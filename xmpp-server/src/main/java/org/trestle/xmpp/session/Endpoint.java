package org.trestle.xmpp.session;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.stream.StreamListener;
import org.trestle.xmpp.stream.XmppStream;

/**
 * A stream of this node as the rest of the server sees it: a receiver of stanzas with back-pressure, and a source of them
 * that can be stopped. Confined to the stream's event loop but for {@link #hold}, {@link #release} and the accessors.
 *
 * <p>Back-pressure: while the stream does not take more, everybody who sends to it is stopped, once, and for a short time
 * only (see {@link Holds}); what still comes is written, up to {@link SessionLimits#excess}; when the stream takes more
 * again, everybody goes on.
 */
public abstract class Endpoint extends LoopBound implements Source, StreamListener {

    /** What became of a stanza that was handed to an endpoint. */
    public enum Delivery {
        /** Given to the stream. */
        TAKEN,
        /** The stream does not take more. */
        FULL,
        /** The stream is gone: the stanza was not written. */
        CLOSED
    }

    /** What {@link #audience} of a component begins with; no session has it in its identity. */
    public static final String COMPONENT_AUDIENCE = "@";

    private final String id;
    private volatile XmppStream stream;
    private final Congestion congestion;
    private final Liveness liveness;
    private final Holds holds;
    private final Backlog backlog = new Backlog();
    private @Nullable Outlet outlet;
    private boolean closed;

    protected Endpoint(String id, XmppStream stream, SessionContext context) {
        super(stream.loop(), context);
        this.id = id;
        this.stream = stream;
        this.congestion = new Congestion(this, context.limits());
        this.liveness = new Liveness(context.limits(), context.nanos());
        this.holds = new Holds(context, new Holds.Reading() {
            @Override
            public void reading(boolean on) {
                liveness.listening(context.nanos());
                stream().reading(on);
            }

            @Override
            public void onLoop(Runnable task) {
                Endpoint.this.onLoop(task);
            }
        });
    }

    /** The identity of the session or connection in the directory: unique in the cluster. */
    public final String id() {
        return id;
    }

    /** The stream of this endpoint; another one when a session is resumed. */
    public final XmppStream stream() {
        return stream;
    }

    /** The endpoint goes on with another stream. On the loop, which is that of the stream too. */
    protected final void goOnWith(XmppStream other) {
        stream = other;
        liveness.reconnected(context().nanos());
    }

    /** The stream is gone and the endpoint is not: nobody is stopped for its sake, and nothing stops it. On the loop. */
    protected final void disconnected() {
        congestion.end();
        holds.clear();
    }

    /** The address that stanzas from this endpoint have, or, for a component, that of its domain. */
    public abstract Jid address();

    /** By what name the presence that this endpoint has is remembered: its own, unless another can take its place. */
    public String audience() {
        return id;
    }

    /** Asks the peer whether it lives. */
    protected abstract void ask();

    /** Called once, when the stream has gone or is about to. */
    protected abstract void gone();

    /** Somebody asks for the presence of this endpoint; a component answers itself. */
    public Delivery probed(Presence probe, @Nullable Source source) {
        return deliver(probe, source);
    }

    /**
     * Makes room for a stanza that is about to be handed to the loop, from any thread; false when there is none.
     * {@link #unreserve} gives it back.
     */
    public final boolean reserve(Stanza stanza) {
        boolean room = backlog.add(stanza);
        if (!room) {
            context().meters().full();
        }
        return room;
    }

    /** A stanza for which there was room has arrived on the loop, or never will. */
    public final void unreserve(Stanza stanza) {
        backlog.remove(stanza);
    }

    /**
     * Writes a stanza; {@code source} is stopped when the stream does not take more afterwards. What this server says itself
     * (no source) is never left out: when there is no room for it the stream ends.
     */
    public final Delivery deliver(Stanza stanza, @Nullable Source source) {
        return deliver(stanza, source, false);
    }

    /** Like {@link #deliver(Stanza, Source)}; {@code copy}: others get it too. */
    public final Delivery deliver(Stanza stanza, @Nullable Source source, boolean copy) {
        Outlet before = outlet;
        if (before != null && !closed) {
            if (before.keeps(stanza)) {
                return Delivery.TAKEN;
            }
            before.drain().forEach(waited -> send(waited, null, false));
        }
        return send(stanza, source, copy);
    }

    /** Makes stanzas wait in front of the stream, or no more when null; what has waited is sent. On the loop. */
    public final void outlet(@Nullable Outlet other) {
        Outlet before = outlet;
        outlet = other;
        if (before != null) {
            before.drain().forEach(waited -> send(waited, null, false));
        }
    }

    /** Whether stanzas may wait in front of the stream. On the loop. */
    public final boolean hasOutlet() {
        return outlet != null;
    }

    private Delivery send(Stanza stanza, @Nullable Source source, boolean copy) {
        if (closed) {
            return Delivery.CLOSED;
        }
        if (congestion.isSlow() && !congestion.fits(stanza)) {
            context().meters().full();
            if (source == null) {
                overrun();
            }
            return Delivery.FULL;
        }
        if (!write(stanza, copy)) {
            return Delivery.CLOSED;
        }
        if (closed) {
            return Delivery.TAKEN;
        }
        if (!congestion.isSlow() && !keepsUp()) {
            congestion.begin(context().nanos());
            context().meters().slow();
        }
        if (congestion.isSlow() || backlog.isBusy()) {
            if (source != null) {
                congestion.stop(source);
            }
        } else if (congestion.hasStopped() && backlog.isCalm()) {
            congestion.letGo();
        }
        return Delivery.TAKEN;
    }

    /** Gives a stanza to the stream; false when the stream is over. */
    protected boolean write(Stanza stanza, boolean copy) {
        return stream.send(stanza);
    }

    /** Whether the peer takes more. */
    protected boolean keepsUp() {
        return stream.writable();
    }

    /** Whether there is a stream now. */
    protected boolean isConnected() {
        return true;
    }

    /** Called about once a second on the loop. */
    protected void second() {}

    /** The peer does not answer. */
    protected void unresponsive(StreamError error) {
        end(error);
    }

    @Override
    public void answered(@Nullable Stanza reply) {
        if (reply != null) {
            deliver(reply, null);
        }
    }

    public final boolean isClosed() {
        return closed;
    }

    /** The stream takes more. */
    @Override
    public final void writable() {
        if (congestion.isSlow() && keepsUp()) {
            congestion.end();
        }
    }

    /** The stream has gone. */
    @Override
    public final void closed() {
        finish();
    }

    /** More is to be sent than fits, and of a kind that its sender would miss no word about: the stream ends. Any thread. */
    public final void overrun() {
        onLoop(() -> {
            if (!closed) {
                context().meters().overrun();
                end(StreamError.of(
                        StreamError.Condition.RESOURCE_CONSTRAINT, "more waits for this stream than it reads"));
            }
        });
    }

    /** Ends the stream with an error, from any thread. From now on it takes no stanzas. */
    public final void close(@Nullable StreamError error) {
        onLoop(() -> end(error));
    }

    /** Ends the stream, on its loop. */
    protected final void end(@Nullable StreamError error) {
        if (!closed) {
            finish();
            stream.close(error);
        }
    }

    private void finish() {
        if (!closed) {
            closed = true;
            congestion.letGo();
            holds.clear();
            gone();
        }
    }

    @Override
    public final void hold(Object holder) {
        onLoop(() -> {
            if (!closed) {
                holds.hold(holder);
            }
        });
    }

    @Override
    public final void release(Object holder) {
        onLoop(() -> {
            if (!closed) {
                holds.release(holder);
            }
        });
    }

    /** When something came from the peer last, in the nanoseconds of {@link SessionContext#nanos}. */
    protected final long lastHeard() {
        return liveness.lastHeard();
    }

    /** Called about once a second on the loop: closes a peer that does not read, or does not answer. */
    public final void tick() {
        long now = context().nanos();
        if (closed) {
            return;
        }
        if (stream.heard()) {
            liveness.heard(now);
        }
        second();
        if (closed || !isConnected()) {
            return;
        }
        if (congestion.isOverdue(now)) {
            context().meters().slowClosed();
            end(congestion.unread());
            return;
        }
        if (!congestion.isSlow() && backlog.isCalm()) {
            congestion.letGo();
        }
        // A holder on another node whose word to go on was lost must not count for ever.
        holds.forgetBefore(now - context().limits().slowReader().multipliedBy(2).toNanos());
        if (!holds.stopped() && !congestion.isSlow()) {
            lookAfter(liveness.due(now));
        }
    }

    private void lookAfter(Liveness.Due due) {
        switch (due) {
            case GIVE_UP -> {
                context().meters().deadClosed();
                unresponsive(liveness.unanswered());
            }
            case ASK -> ask();
            case KEEP_ALIVE -> stream.keepAlive();
            case NOTHING -> {}
        }
    }
}
