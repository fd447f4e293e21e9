package org.trestle.node.pki;

/** A key, certificate or file that cannot be used; the message says which, why, and what to do. */
public final class PkiException extends Exception {
    private static final long serialVersionUID = 1L;

    public PkiException(String message) {
        super(message);
    }

    public PkiException(String message, Throwable cause) {
        super(message, cause);
    }
}
