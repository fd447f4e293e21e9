package org.trestle.xmpp.session;

import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Presence;

/** A server without rosters: nobody is subscribed, and people answer each other's requests themselves. */
public final class WithoutRosters implements PresenceRules {
    private final Switchboard switchboard;

    public WithoutRosters(Switchboard switchboard) {
        this.switchboard = switchboard;
    }

    @Override
    public void announced(ClientSession session, Presence presence, boolean initial) {}

    @Override
    public void subscription(ClientSession session, Presence sent) {
        switchboard.route(sent, session);
    }

    @Override
    public boolean isSubscriber(BareJid account, Jid watcher) {
        return false;
    }
}
