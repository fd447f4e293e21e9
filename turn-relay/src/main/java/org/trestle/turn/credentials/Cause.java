package org.trestle.turn.credentials;

/** Why credentials were refused. Peers never learn which one it was: all of them are the same 401 on the wire. */
public enum Cause {
    UNKNOWN_USER("unknown-user"),
    WRONG_PASSWORD("wrong-password"),
    EXPIRED("expired"),

    /** Expired so recently that a clock may be the reason. */
    CLOCK_OFF("clock-off"),

    /** Made with a shared key that is valid no longer. */
    OLD_KEY("old-key"),

    /** Handed out before its user was revoked. */
    REVOKED("revoked"),

    /** Good, but the operator wants no time-limited credentials now. */
    SWITCHED_OFF("switched-off");

    private final String word;

    Cause(String word) {
        this.word = word;
    }

    /** For counters and logs; never changes. */
    public String word() {
        return word;
    }
}
