package org.trestle.cluster.log;

/** The log on disk cannot be used; the message names the file, the position and what the operator can do. */
public final class LogException extends Exception {
    private static final long serialVersionUID = 1L;

    public LogException(String message) {
        super(message);
    }

    public LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
