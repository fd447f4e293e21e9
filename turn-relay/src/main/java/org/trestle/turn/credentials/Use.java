package org.trestle.turn.credentials;

/** What credentials are shown for. */
public enum Use {
    /** A new allocation: the credentials are likely to be new, too. */
    ALLOCATE,

    /** Anything about an allocation that stands. */
    CONTINUE
}
