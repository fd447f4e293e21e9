package org.trestle.xmpp.route;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;

/**
 * What this server does itself with requests; implemented by the features. Called on the sender's event loop. Answers go to
 * the connection that has asked when it is one of this node: of several connections of a component only one has its address.
 */
public interface LocalServices {

    /** A request or an answer to a local domain itself (RFC 6121 8.3, RFC 6120 10.5.2). */
    void server(Iq iq, @Nullable Source asker);

    /** A request or an answer to an account, which the server treats on its behalf (RFC 6121 8.5.2.1.3). */
    void account(Iq iq, BareJid account, @Nullable Source asker);

    /**
     * A subscription (RFC 6121 3) or a probe (4.3.2) for an account, from somebody who is not an account of this server.
     *
     * @return false when nobody took it: the available resources get it
     */
    boolean presence(Presence presence, BareJid account, @Nullable Source sender);

    /**
     * A normal or chat message that no resource of the account can take now (RFC 6121 8.5.2.2.1, 8.5.4): the account may not
     * exist. Whoever takes it answers for it from now on.
     *
     * @return false when nobody took it: the sender gets an error
     */
    boolean unreceived(Message message, BareJid account, @Nullable Source sender);
}
