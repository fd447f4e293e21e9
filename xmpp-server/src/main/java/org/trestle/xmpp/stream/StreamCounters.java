package org.trestle.xmpp.stream;

/** How often things have happened on the streams of one listener, for metrics. Any thread. */
public final class StreamCounters {

    /** What is counted. */
    public enum Event {
        /** A connection was taken. */
        CONNECTED,
        /** A connection could not be taken, because the process has no file descriptor left or the like. */
        ACCEPT_FAILED,
        /** A connection was closed at once because {@link StreamLimits#maxConnections()} was reached. */
        REFUSED_FULL,
        /** The oldest unauthenticated connection of an address made room, {@link StreamLimits#maxUnauthenticatedPerPeer()}. */
        DISPLACED,
        /** A TLS handshake failed or took too long. */
        TLS_FAILED,
        AUTHENTICATED,
        /** One attempt failed. */
        AUTHENTICATION_FAILED,
        /** {@link StreamLimits#authentication()} was over. */
        TIMED_OUT,
        STANZA_RECEIVED,
        STANZA_SENT,
        /** A stanza came that cannot be processed, and was answered or dropped. */
        STANZA_REFUSED,
        /** We ended a stream with an error. */
        STREAM_ERROR,
        /** A peer did not read, and {@link StreamLimits#maxWaiting()} was reached. */
        SLOW_PEER_DROPPED,
        /** Our own mistake ended a stream. */
        INTERNAL_ERROR
    }

    private final Tally<Event> counts = new Tally<>(Event.class);

    void count(Event event) {
        counts.count(event);
    }

    /** How often since the start. */
    public long total(Event event) {
        return counts.total(event);
    }
}
