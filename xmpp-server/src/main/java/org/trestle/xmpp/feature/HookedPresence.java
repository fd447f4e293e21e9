package org.trestle.xmpp.feature;

import java.util.List;
import java.util.function.Consumer;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.PresenceRules;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Presence;

/**
 * Rules of presence with what features add to them: a subscription that goes no further is refused by the router, as any
 * stanza is, and who wants to know hears of sessions that are available.
 */
record HookedPresence(
        PresenceRules rules, RouteHooks hooks, Switchboard switchboard, List<Consumer<ClientSession>> listeners)
        implements PresenceRules {

    @Override
    public void announced(ClientSession session, Presence presence, boolean initial) {
        rules.announced(session, presence, initial);
        if (presence.type() == Presence.Type.AVAILABLE) {
            for (Consumer<ClientSession> listener : listeners) {
                listener.accept(session);
            }
        }
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
