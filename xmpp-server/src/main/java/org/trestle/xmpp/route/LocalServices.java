package org.trestle.xmpp.route;

import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.stanza.Iq;

/** What this server does itself with requests; implemented by the features. Called on the sender's event loop. */
public interface LocalServices {

    /** A request or an answer to a local domain itself (RFC 6121 8.3, RFC 6120 10.5.2). */
    void server(Iq iq);

    /** A request or an answer to an account, which the server treats on its behalf (RFC 6121 8.5.2.1.3). */
    void account(Iq iq, BareJid account);
}
