package org.trestle.cluster.api;

/** A membership command that could not be done; the message says what happened, why, and what to type next. */
public final class MembershipException extends Exception {
    private static final long serialVersionUID = 1L;

    public MembershipException(String message) {
        super(message);
    }
}
