package org.trestle.xmpp.route;

/** Whom a stanza on the way is for, besides what its address says. */
enum Aim {
    /** Whoever has its address when it arrives. */
    ADDRESS,
    /** One endpoint, and nobody else gets a copy: when it has gone, its address is asked again. */
    ONLY,
    /** One endpoint of several that get a copy each: when it has gone, nothing is missing. */
    EACH;

    private static final Aim[] ALL = values();

    static Aim of(int ordinal) {
        return ALL[ordinal];
    }
}
