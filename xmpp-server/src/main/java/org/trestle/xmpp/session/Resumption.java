package org.trestle.xmpp.session;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.time.Timers;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.stream.StreamManagement;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/**
 * Stream management of one session (XEP-0198): counts what came, keeps what was sent until the client has it, and lets the
 * session outlive its connection for a while. Confined to the loop of the session.
 */
final class Resumption implements StreamManagement {
    /** From so many stanzas on the client is asked at once what it has; fewer can wait for the next second. */
    private static final int ASK_STANZAS = 16;

    private static final int ASK_BYTES = 64 * 1024;

    private final ResumableEndpoint session;
    private final SessionContext context;
    private final ManagementLimits limits;
    private final Unacknowledged unacknowledged = new Unacknowledged();
    private boolean enabled;
    private Duration time = Duration.ZERO;
    private int handled;
    private boolean requested;
    private long requestedAt;
    private volatile boolean away;
    private int outages;
    private Timers.@Nullable Timer end;

    Resumption(ResumableEndpoint session, SessionContext context) {
        this.session = session;
        this.context = context;
        this.limits = context.limits().management();
    }

    @Override
    public @Nullable Enabled enable(boolean resume, int seconds) {
        if (enabled) {
            return null;
        }
        enabled = true;
        if (!resume || limits.resumption().isZero()) {
            return new Enabled(null, 0);
        }
        Duration asked = Duration.ofSeconds(seconds);
        time = seconds == 0 || asked.compareTo(limits.resumption()) > 0 ? limits.resumption() : asked;
        return new Enabled(session.id(), (int) time.toSeconds());
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public int handled() {
        return handled;
    }

    /** Whether the session can go on without a connection. */
    boolean isResumable() {
        return !time.isZero();
    }

    /** Whether the session has no connection now. */
    boolean isAway() {
        return away;
    }

    /** A stanza of the client was taken. */
    void took() {
        if (enabled) {
            handled++;
        }
    }

    int taken() {
        return handled;
    }

    /** A stanza is about to be sent, or would be if there were a connection. */
    void sent(Stanza stanza, boolean copy) {
        unacknowledged.add(
                new Unacknowledged.Sent(stanza, copy, context.timers().now()));
    }

    /** Asks the client what it has, when that is due. */
    void askWhenMany() {
        if (!requested && (unacknowledged.size() >= ASK_STANZAS || unacknowledged.bytes() >= ASK_BYTES)) {
            ask();
        }
    }

    /** Asks the client what it has. */
    void ask() {
        requested = true;
        requestedAt = context.nanos();
        session.request();
    }

    /** About once a second: true when the client was asked and has said nothing for too long. */
    boolean tick(long lastHeard) {
        if (!enabled || away) {
            return false;
        }
        if (requested) {
            long now = context.nanos();
            long most = context.limits().answer().toNanos();
            return now - requestedAt > most && now - lastHeard > most;
        }
        if (unacknowledged.size() > 0) {
            ask();
        }
        return false;
    }

    /** More waits for an acknowledgement than is good. */
    boolean isCrowded() {
        return unacknowledged.size() >= limits.stanzas() || unacknowledged.bytes() >= limits.bytes();
    }

    @Override
    public @Nullable StreamError acknowledged(int count) {
        if (!unacknowledged.acknowledge(count)) {
            return tooHigh(count);
        }
        requested = false;
        askWhenMany();
        session.writable();
        return null;
    }

    /** XEP-0198 6. */
    private StreamError tooHigh(int count) {
        String sent = Integer.toUnsignedString(unacknowledged.sent());
        String said = Integer.toUnsignedString(count);
        return new StreamError(
                StreamError.Condition.UNDEFINED_CONDITION,
                "You acknowledged " + said + " stanzas, but I only sent you " + sent + " so far.",
                null,
                Element.of("handled-count-too-high", Namespaces.STREAM_MANAGEMENT)
                        .attribute("h", said)
                        .attribute("send-count", sent)
                        .build());
    }

    /** The connection is lost; {@code over} is called on the loop when no other has come in time. */
    void lost(Runnable over) {
        away = true;
        requested = false;
        int outage = ++outages;
        end = context.timers()
                .after(
                        time,
                        () -> session.onLoop(() -> {
                            if (away && outage == outages) {
                                over.run();
                            }
                        }));
    }

    /** Another connection goes on; gives what is to be sent again. */
    List<Unacknowledged.Sent> back() {
        away = false;
        requested = false;
        cancel();
        return unacknowledged.all();
    }

    /** The session is over; gives what the client may not have. */
    List<Unacknowledged.Sent> end() {
        cancel();
        return unacknowledged.drain();
    }

    private void cancel() {
        Timers.Timer timer = end;
        end = null;
        if (timer != null) {
            timer.cancel();
        }
    }
}
