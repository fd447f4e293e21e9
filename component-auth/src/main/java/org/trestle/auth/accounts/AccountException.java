package org.trestle.auth.accounts;

/** A command on accounts that could not be done; the message says what, why, and what to type next. */
public final class AccountException extends Exception {
    private static final long serialVersionUID = 1L;

    public AccountException(String message) {
        super(message);
    }
}
