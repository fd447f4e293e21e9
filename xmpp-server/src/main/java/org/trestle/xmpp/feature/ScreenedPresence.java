package org.trestle.xmpp.feature;

import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.PresenceRules;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Presence;

/** Rules of presence that hear of no subscription that goes no further: the router refuses it, as it does any stanza. */
record ScreenedPresence(PresenceRules rules, RouteHooks hooks, Switchboard switchboard) implements PresenceRules {

    @Override
    public void announced(ClientSession session, Presence presence, boolean initial) {
        rules.announced(session, presence, initial);
    }

    @Override
    public void subscription(ClientSession session, Presence sent) {
        if (hooks.screened(sent, session) == null) {
            rules.subscription(session, sent);
        } else {
            switchboard.route(sent, session);
        }
    }

    @Override
    public boolean isSubscriber(BareJid account, Jid watcher) {
        return rules.isSubscriber(account, watcher);
    }
}
