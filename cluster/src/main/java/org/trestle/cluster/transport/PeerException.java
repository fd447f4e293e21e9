package org.trestle.cluster.transport;

/** A message that got no answer. */
public final class PeerException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** Nobody listens at the peer's address: the request was not seen. */
        REFUSED,
        /** No connection, or no address: the request was not seen. */
        UNREACHABLE,
        /** Sent, and no answer in time or the connection was lost: the outcome is unknown. */
        TIMEOUT,
        /** The peer answered that its handler failed. */
        FAILED
    }

    private final Kind kind;

    public PeerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
