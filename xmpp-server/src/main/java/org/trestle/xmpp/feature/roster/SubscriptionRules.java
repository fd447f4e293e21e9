package org.trestle.xmpp.feature.roster;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Availability;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.session.PresenceRules;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/**
 * Presence by roster: whom an account's presence is for, whose it asks for, and what subscription stanzas change. Both
 * rosters of two accounts here change in one command, so the stanza between them is never sent: their clients get it with
 * the change (see {@link RosterChanges}).
 */
final class SubscriptionRules implements PresenceRules {
    private final Directory directory;
    private final Accounts accounts;
    private final LocalDomains domains;
    private final Switchboard switchboard;
    private final Rosters rosters;
    private final RosterLimits limits;
    private final RosterMeters meters;

    SubscriptionRules(
            FeatureSite site, Switchboard switchboard, Rosters rosters, RosterLimits limits, RosterMeters meters) {
        this.directory = site.cluster().directory();
        this.accounts = site.accounts();
        this.domains = site.domains();
        this.switchboard = switchboard;
        this.rosters = rosters;
        this.limits = limits;
        this.meters = meters;
    }

    @Override
    public boolean isSubscriber(BareJid account, Jid watcher) {
        return rosters.of(account).roster().contact(watcher.bare()).state().from();
    }

    /** 4.2.2, 4.4.2, 4.5.2; and at first 4.3.1, and the requests that wait for an answer (3.1.3, 3.1.2). */
    @Override
    public void announced(ClientSession session, Presence presence, boolean initial) {
        BareJid account = session.address().bareJid();
        boolean begins = initial && presence.type() == Presence.Type.AVAILABLE;
        for (Contact contact : rosters.of(account).roster().contacts()) {
            State state = contact.state();
            if (state.from()) {
                switchboard.route(presence.withTo(contact.jid()), session);
            }
            if (begins && state.to()) {
                ask(session, contact.jid());
            }
            if (begins && state.out() && !isAccount(contact.jid())) {
                switchboard.route(Presence.of(Presence.Type.SUBSCRIBE, account, contact.jid()), session);
            }
            if (begins && state.in()) {
                Payload said = contact.request();
                session.deliver(
                        new Presence(
                                Presence.Type.SUBSCRIBE,
                                account,
                                contact.jid(),
                                null,
                                null,
                                said == null ? Payload.EMPTY : said),
                        null);
            }
        }
    }

    private boolean isAccount(Jid jid) {
        return jid instanceof BareJid && domains.test(jid.domain());
    }

    /** The directory knows who is available: only those are asked, each directly, and nobody else says that it is not. */
    private void ask(ClientSession session, Jid contact) {
        if (!(contact instanceof BareJid account) || !isAccount(contact)) {
            switchboard.route(Presence.of(Presence.Type.PROBE, session.address(), contact), session);
            return;
        }
        for (Binding binding : directory.bindings(account.toString())) {
            if (Availability.isAvailable(binding)) {
                switchboard.route(
                        Presence.of(Presence.Type.PROBE, session.address(), account.withResource(binding.resource())),
                        session);
            }
        }
    }

    @Override
    public void subscription(ClientSession session, Presence sent) {
        BareJid account = session.address().bareJid();
        Jid to = sent.to();
        if (to == null || to.equals(account)) {
            return;
        }
        BareJid other = isAccount(to) ? (BareJid) to : null;
        Presence stamped = sent.withFrom(account);
        Object turn = new Object();
        session.hold(turn);
        rosters.change(account, other, (mine, theirs) -> sent(stamped, account, to, other, mine, theirs))
                .whenComplete((draft, failed) -> session.afterwards(() -> {
                    session.release(turn);
                    StanzaError refusal =
                            failed == null ? draft.refusal() : StanzaError.of(Condition.INTERNAL_SERVER_ERROR);
                    if (refusal == null) {
                        draft.onward().forEach(stanza -> switchboard.route(stanza, session));
                    } else {
                        Stanza error = refusal.error(stamped);
                        if (error != null) {
                            session.deliver(error.withTo(session.address()), null);
                        }
                    }
                }));
    }

    private Draft sent(Presence stanza, BareJid account, Jid to, @Nullable BareJid other, Roster mine, Roster theirs) {
        Presence.Type type = stanza.type();
        Subscriptions.Step step = Subscriptions.outbound(mine.contact(to), type);
        Roster own = mine.with(step.contact());
        if (!step.goesOn()) {
            return Draft.of(own, theirs);
        }
        if (other == null) {
            return new Draft(own, theirs, false, List.of(stanza), null);
        }
        if (!exists(other)) {
            return Draft.of(own, theirs);
        }
        Subscriptions.Received received = Subscriptions.received(theirs, account, type, kept(stanza));
        if (received.answer() != null) {
            own = Subscriptions.received(own, to, received.answer(), Payload.EMPTY)
                    .roster();
        }
        return new Draft(own, received.roster(), type == Presence.Type.SUBSCRIBED, List.of(), null);
    }

    /** Whether there is an account of this name; to the sender it makes no difference (RFC 6121 8.5.1). */
    private boolean exists(BareJid account) {
        String key = account.toString();
        return accounts.exists(key)
                || rosters.of(account).version() > 0
                || !directory.bindings(key).isEmpty();
    }

    private Payload kept(Presence stanza) {
        if (stanza.content().bytes().length <= limits.request()) {
            return stanza.content();
        }
        meters.refused(RosterMeters.Limit.REQUEST);
        return Payload.EMPTY;
    }

    /** Subscriptions and probes from those who are no accounts here: components, and users behind them. */
    boolean inbound(Presence presence, BareJid account, @Nullable Source sender) {
        Jid from = presence.from();
        if (from == null) {
            return false;
        }
        if (presence.type() == Presence.Type.PROBE) {
            return probed(from, account, sender);
        }
        if (isAccount(from.bare())) {
            return false;
        }
        if (exists(account)) {
            Jid contact = from.bare();
            rosters.change(account, null, (roster, none) -> {
                        Subscriptions.Received received =
                                Subscriptions.received(roster, contact, presence.type(), kept(presence));
                        Presence.Type answer = received.answer();
                        return new Draft(
                                received.roster(),
                                none,
                                false,
                                answer == null ? List.of() : List.of(Presence.of(answer, account, contact)),
                                null);
                    })
                    .thenAccept(draft -> onward(draft, presence, sender));
        }
        return true;
    }

    private void onward(Draft draft, Presence asked, @Nullable Source sender) {
        if (sender instanceof Endpoint endpoint) {
            endpoint.onLoop(() -> {
                draft.onward().forEach(stanza -> switchboard.route(stanza, null));
                Stanza error = draft.refusal() == null ? null : draft.refusal().error(asked);
                if (error != null) {
                    switchboard.route(error, null);
                }
            });
        }
    }

    /** 4.3.2: of an account that has no available resource the server answers; the others answer themselves. */
    private boolean probed(Jid from, BareJid account, @Nullable Source sender) {
        Contact contact = rosters.of(account).roster().contact(from.bare());
        if (contact.state().from()) {
            for (Binding binding : directory.bindings(account.toString())) {
                if (Availability.isAvailable(binding)) {
                    return false;
                }
            }
            switchboard.route(Presence.of(Presence.Type.UNAVAILABLE, account, from), sender);
            return true;
        }
        if (contact.listed() && !isAccount(from.bare())) {
            switchboard.route(Presence.of(Presence.Type.UNSUBSCRIBED, account, from.bare()), sender);
        }
        return false;
    }
}
