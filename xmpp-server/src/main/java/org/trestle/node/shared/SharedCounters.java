package org.trestle.node.shared;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

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

    private final Map<Event, LongAdder> counts = new EnumMap<>(Event.class);

    SharedCounters() {
        for (Event event : Event.values()) {
            counts.put(event, new LongAdder());
        }
    }

    void count(Event event) {
        adder(event).increment();
    }

    /** How often since the start. */
    public long total(Event event) {
        return adder(event).sum();
    }

    private LongAdder adder(Event event) {
        LongAdder adder = counts.get(event);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + event);
        }
        return adder;
    }
}
