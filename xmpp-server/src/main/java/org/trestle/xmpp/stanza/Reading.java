package org.trestle.xmpp.stanza;

import org.jspecify.annotations.Nullable;

/** What a first-level element turned out to be. */
public sealed interface Reading {

    /** A stanza. */
    record Valid(Stanza stanza) implements Reading {}

    /**
     * A stanza that cannot be processed.
     *
     * @param reply the error to send back on the same stream, or null when none is due
     */
    record Refused(@Nullable Stanza reply) implements Reading {}

    /** Its {@code from} is no Jid: the stream ends with {@code invalid-from} (RFC 6120 4.9.3.9). */
    record BadSender() implements Reading {}

    /** No stanza of this stream: the stream ends with {@code unsupported-stanza-type} (RFC 6120 4.9.3.24). */
    record Unknown() implements Reading {}
}
