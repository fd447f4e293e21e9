package org.trestle.xmpp.session;

import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Presence;

/** What the relations between accounts decide about presence (RFC 6121 3 and 4). Must not block. */
public interface PresenceRules {

    /**
     * Presence without a receiver is in force, and the account's own resources have it: now those who are subscribed get it
     * (RFC 6121 4.2.2, 4.4.2, 4.5.2). On the session's loop.
     *
     * @param presence available or unavailable, with the session's address as sender
     * @param initial whether the session was not available before
     */
    void announced(ClientSession session, Presence presence, boolean initial);

    /**
     * A client wants to change a subscription (RFC 6121 3). On the session's loop.
     *
     * @param sent both addresses are set and have no resource
     */
    void subscription(ClientSession session, Presence sent);

    /** Whether this address, with or without a resource, is subscribed to the presence of the account. Any thread. */
    boolean isSubscriber(BareJid account, Jid watcher);
}
