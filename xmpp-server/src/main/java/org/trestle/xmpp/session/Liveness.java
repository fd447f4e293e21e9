package org.trestle.xmpp.session;

import org.trestle.xmpp.stream.StreamError;

/**
 * Whether the peer of one endpoint is still there: a silent one is sent a white space, then asked, then given up (RFC 6120
 * 4.6.1). Confined to the loop of the endpoint.
 */
final class Liveness {
    /** What is to be done about a peer. */
    enum Due {
        NOTHING,
        KEEP_ALIVE,
        ASK,
        GIVE_UP
    }

    private final SessionLimits limits;
    private long lastHeard;
    private boolean asked;
    private boolean keptAlive;

    Liveness(SessionLimits limits, long now) {
        this.limits = limits;
        this.lastHeard = now;
    }

    /** When something came from the peer last, or it began to be listened to. */
    long lastHeard() {
        return lastHeard;
    }

    /** Something came from the peer. */
    void heard(long now) {
        lastHeard = now;
        asked = false;
        keptAlive = false;
    }

    /** Nobody has listened to the peer until now. */
    void listening(long now) {
        lastHeard = now;
    }

    /** The peer has another connection. */
    void reconnected(long now) {
        lastHeard = now;
        asked = false;
    }

    Due due(long now) {
        long silent = now - lastHeard;
        long idle = limits.idle().toNanos();
        if (asked) {
            return silent > idle + limits.answer().toNanos() ? Due.GIVE_UP : Due.NOTHING;
        }
        if (silent > idle) {
            asked = true;
            return Due.ASK;
        }
        if (!keptAlive && silent > idle / 2) {
            keptAlive = true;
            return Due.KEEP_ALIVE;
        }
        return Due.NOTHING;
    }

    StreamError unanswered() {
        return StreamError.of(
                StreamError.Condition.CONNECTION_TIMEOUT,
                "no answer to a ping within " + limits.answer().toSeconds() + " s");
    }
}
