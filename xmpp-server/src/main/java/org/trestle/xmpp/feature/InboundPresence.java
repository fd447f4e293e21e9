package org.trestle.xmpp.feature;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Presence;

/** Subscriptions and probes for accounts from components and other servers (RFC 6121 3, 4.3.2). */
@FunctionalInterface
public interface InboundPresence {

    /**
     * Called on an event loop of the node that has the sender, or the receiver; must not block.
     *
     * @param account may not exist
     * @return false when the available resources of the account shall get it as it is
     */
    boolean take(Presence presence, BareJid account, @Nullable Source sender);
}
