package org.trestle.xmpp.stream;

import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.stanza.StanzaError;

/** The answer to a resource binding (RFC 6120 7). */
public sealed interface BindResult {

    /** The session is open; from now on {@code listener} gets what the client sends. */
    record Bound(FullJid jid, StreamListener listener) implements BindResult {}

    /** There is no session; the client may ask again. */
    record Refused(StanzaError error) implements BindResult {}
}
