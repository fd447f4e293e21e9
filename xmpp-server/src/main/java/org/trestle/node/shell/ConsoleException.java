package org.trestle.node.shell;

/** A command that could not be done; the message tells the operator what happened, why, and what to type next. */
public final class ConsoleException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConsoleException(String message) {
        super(message);
    }

    public ConsoleException(String message, Throwable cause) {
        super(message, cause);
    }
}
