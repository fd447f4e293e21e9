package org.trestle.xmpp.session;

import java.util.LinkedHashSet;
import java.util.Set;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stream.StreamError;

/**
 * A stream that does not take more: since when, how much was written all the same, and whom that has stopped. Confined to the
 * loop of its endpoint.
 */
final class Congestion {
    private final Endpoint endpoint;
    private final SessionLimits limits;
    private final Set<Source> stopped = new LinkedHashSet<>(4);
    private long excess;
    private boolean slow;
    private long since;

    Congestion(Endpoint endpoint, SessionLimits limits) {
        this.endpoint = endpoint;
        this.limits = limits;
    }

    /** Whether the stream does not take more. */
    boolean isSlow() {
        return slow;
    }

    /** Whether the stream has taken no more for longer than {@link SessionLimits#slowReader}. */
    boolean isOverdue(long now) {
        return slow && now - since > limits.slowReader().toNanos();
    }

    StreamError unread() {
        return StreamError.of(
                StreamError.Condition.RESOURCE_CONSTRAINT,
                "nothing was read from this stream for " + limits.slowReader().toSeconds() + " s");
    }

    /** Whether a stanza may be written beyond what the stream takes; from then on it counts. */
    boolean fits(Stanza stanza) {
        excess += Backlog.size(stanza);
        return excess <= limits.excess();
    }

    /** The stream takes no more from now on. */
    void begin(long now) {
        slow = true;
        since = now;
    }

    /** The stream takes more again, or is gone: everybody goes on. */
    void end() {
        slow = false;
        excess = 0;
        letGo();
    }

    /** Stops somebody who sends to the endpoint, once. */
    void stop(Source source) {
        if (stopped.add(source)) {
            source.hold(endpoint);
        }
    }

    boolean hasStopped() {
        return !stopped.isEmpty();
    }

    void letGo() {
        for (Source source : stopped) {
            source.release(endpoint);
        }
        stopped.clear();
    }
}
