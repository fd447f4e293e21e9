package org.trestle.auth.callbridge;

/** A command on call bridges that could not be done; the message says what, why, and what to type next. */
public final class CallBridgeException extends Exception {
    private static final long serialVersionUID = 1L;

    public CallBridgeException(String message) {
        super(message);
    }
}
