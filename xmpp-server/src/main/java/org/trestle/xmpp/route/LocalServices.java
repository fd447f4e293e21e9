package org.trestle.xmpp.route;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Iq;

/**
 * What this server does itself with requests; implemented by the features. Called on the sender's event loop. Answers go to
 * the connection that has asked when it is one of this node: of several connections of a component only one has its address.
 */
public interface LocalServices {

    /** A request or an answer to a local domain itself (RFC 6121 8.3, RFC 6120 10.5.2). */
    void server(Iq iq, @Nullable Source asker);

    /** A request or an answer to an account, which the server treats on its behalf (RFC 6121 8.5.2.1.3). */
    void account(Iq iq, BareJid account, @Nullable Source asker);
}
