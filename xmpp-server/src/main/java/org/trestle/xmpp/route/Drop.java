package org.trestle.xmpp.route;

/** Why a stanza ended without an answer; counted as {@code xmpp.route.dropped} with the tag {@code why}. */
enum Drop {
    /** An error stanza whose receiver is not there: must not be answered (RFC 6121 8.5). */
    ERROR_TO_NOBODY,
    /** The answer to an iq whose sender is gone. */
    RESULT_TO_NOBODY,
    /** Presence whose receiver is not there (RFC 6121 8.5.2.2.2, 8.5.3.2.2). */
    PRESENCE_TO_NOBODY,
    /** A feature stops it, and its sender is not to know (XEP-0191). */
    SCREENED,
    /** A headline for an account without an available resource (RFC 6121 8.5.2.2.1). */
    HEADLINE_TO_NOBODY,
    /** One of several copies whose receiver has just gone. */
    COPY,
    /** A session ended without saying that it has this, and other resources of its account have it. */
    ELSEWHERE,
    /** Presence or the answer to an iq for a receiver that does not read: its stream is closed. */
    TO_SLOW,
    /** A goodbye that the directory's word about the end of the session has overtaken: the receiver was told already. */
    GOODBYE_TWICE,
    /** It was sent after its receiver, and came behind a later one of its sender. */
    OVERTAKEN,
    /** It was sent after its receiver too many times. */
    HOPS,
    /** A frame of the bus that does not decode. */
    FRAME,
    /** An error stanza that was due could not be brought to the sender. */
    ERROR_UNREACHABLE
}
