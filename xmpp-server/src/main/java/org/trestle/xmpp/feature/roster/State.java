package org.trestle.xmpp.feature.roster;

/** How an account and a contact are subscribed to each other (RFC 6121 A.1), seen from the account. */
enum State {
    NONE(false, false, false, false),
    NONE_PENDING_OUT(false, false, true, false),
    NONE_PENDING_IN(false, false, false, true),
    NONE_PENDING_OUT_IN(false, false, true, true),
    TO(true, false, false, false),
    TO_PENDING_IN(true, false, false, true),
    FROM(false, true, false, false),
    FROM_PENDING_OUT(false, true, true, false),
    BOTH(true, true, false, false);

    private static final State[] ALL = values();

    private final boolean to;
    private final boolean from;
    private final boolean out;
    private final boolean in;

    State(boolean to, boolean from, boolean out, boolean in) {
        this.to = to;
        this.from = from;
        this.out = out;
        this.in = in;
    }

    /** The account gets the contact's presence. */
    boolean to() {
        return to;
    }

    /** The contact gets the account's presence. */
    boolean from() {
        return from;
    }

    /** The account has asked and was not answered. */
    boolean out() {
        return out;
    }

    /** The contact has asked and was not answered. */
    boolean in() {
        return in;
    }

    State withTo(boolean now) {
        return of(now, from, out && !now, in);
    }

    State withFrom(boolean now) {
        return of(to, now, out, in && !now);
    }

    State withOut(boolean now) {
        return of(to, from, now && !to, in);
    }

    State withIn(boolean now) {
        return of(to, from, out, now && !from);
    }

    /** The value of the attribute {@code subscription} (RFC 6121 2.1.2.5). */
    String subscription() {
        if (to) {
            return from ? "both" : "to";
        }
        return from ? "from" : "none";
    }

    /** Its four answers as the bits 0 to 3: how it is written. */
    int bits() {
        return bits(to, from, out, in);
    }

    /** @throws IllegalArgumentException when no state has these bits */
    static State of(int bits) {
        for (State state : ALL) {
            if (state.bits() == bits) {
                return state;
            }
        }
        throw new IllegalArgumentException("no state of a subscription has the bits " + bits);
    }

    private static State of(boolean to, boolean from, boolean out, boolean in) {
        return of(bits(to, from, out, in));
    }

    private static int bits(boolean to, boolean from, boolean out, boolean in) {
        return (to ? 1 : 0) | (from ? 2 : 0) | (out ? 4 : 0) | (in ? 8 : 0);
    }
}
