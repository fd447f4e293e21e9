package org.trestle.node.shared;

import org.trestle.xmpp.stream.Tally;

/** What has become of the connections of a shared port, for metrics. Any thread. */
public final class SharedCounters {

    /** What is counted. */
    public enum Event {
        /** Handed over to XMPP. */
        XMPP,
        /** Handed over to the relay. */
        TURN,
        /** XMPP, but it does not run on this node. */
        NO_XMPP,
        /** TURN, but the relay does not run on this node. */
        NO_RELAY,
        /** HTTP, which nobody serves on this port. */
        HTTP,
        /** Nothing that is known. */
        UNKNOWN,
        /** {@link SharedLimits#decision()} was over. */
        TOO_SLOW,
        /** The client offers protocols in TLS, and none of ours (RFC 7301 3.2). */
        NO_PROTOCOL,
        /** TLS failed. */
        TLS_FAILED,
        /** A PROXY header was due and did not come, or is none. */
        PROXY_REFUSED,
        /** Our own mistake. */
        INTERNAL_ERROR
    }

    private final Tally<Event> counts = new Tally<>(Event.class);

    SharedCounters() {}

    void count(Event event) {
        counts.count(event);
    }

    /** How often since the start. */
    public long total(Event event) {
        return counts.total(event);
    }
}
