package org.trestle.xmpp.feature.roster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.Row;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.xml.Element;

/**
 * Tells the clients of this node of each change of their rosters, in the order of the log: the subscription stanza, the
 * roster push (RFC 6121 2.1.6), and, to a contact that is subscribed now, or no longer, their presence (3.1.5, 3.2.2). Each
 * node does this for its own sessions, so a change is told everywhere also when the node that made it dies.
 */
final class RosterChanges {

    /**
     * A change of one roster.
     *
     * @param items as they are pushed
     * @param gained contacts that are subscribed now
     * @param lost contacts that are no longer
     */
    private record Difference(
            long version, List<Roster.Notice> notices, List<Element> items, List<Jid> gained, List<Jid> lost) {}

    private final Directory directory;
    private final Endpoints endpoints;
    private final Switchboard switchboard;
    private final Rosters rosters;
    private final RosterMeters meters;

    RosterChanges(FeatureSite site, Switchboard switchboard, Rosters rosters, RosterMeters meters) {
        this.directory = site.cluster().directory();
        this.endpoints = site.endpoints();
        this.switchboard = switchboard;
        this.rosters = rosters;
        this.meters = meters;
    }

    /** On the thread that applies the log. */
    void changed(@Nullable Row before, @Nullable Row after) {
        if (after == null) {
            if (before != null && Jid.parse(before.key()) instanceof BareJid account) {
                rosters.forget(account);
            }
            return;
        }
        List<ClientSession> sessions = sessions(after.key());
        if (sessions.isEmpty() || !(Jid.parse(after.key()) instanceof BareJid account)) {
            return;
        }
        Rosters.Held old = before == null ? null : rosters.held(account, before);
        Rosters.Held now = rosters.held(account, after);
        if (now != null) {
            Difference difference = difference(old == null ? Roster.EMPTY : old.roster(), now);
            sessions.forEach(session -> session.afterwards(() -> tell(session, difference)));
        }
    }

    private List<ClientSession> sessions(String account) {
        List<ClientSession> sessions = new ArrayList<>(2);
        for (Binding binding : directory.bindings(account)) {
            if (endpoints.get(binding.session()) instanceof ClientSession session) {
                sessions.add(session);
            }
        }
        return sessions;
    }

    private static Difference difference(Roster before, Rosters.Held now) {
        Map<Jid, Contact> all = new LinkedHashMap<>();
        before.contacts().forEach(contact -> all.put(contact.jid(), Contact.unknown(contact.jid())));
        now.roster().contacts().forEach(contact -> all.put(contact.jid(), contact));
        Difference difference = new Difference(
                now.version(), now.roster().notices(), new ArrayList<>(1), new ArrayList<>(1), new ArrayList<>(1));
        for (Contact contact : all.values()) {
            Contact old = before.contact(contact.jid());
            if (old.equals(contact)) {
                continue;
            }
            if ((old.listed() || contact.listed()) && !contact.item().equals(old.item())) {
                difference.items.add(contact.item());
            }
            if (contact.state().from() && !old.state().from()) {
                difference.gained.add(contact.jid());
            } else if (old.state().from() && !contact.state().from()) {
                difference.lost.add(contact.jid());
            }
        }
        return difference;
    }

    private void tell(ClientSession session, Difference difference) {
        BareJid account = session.address().bareJid();
        Presence last = session.presence();
        boolean isInterested = session.isInterested();
        for (Roster.Notice notice : difference.notices) {
            if (notice.type() == Presence.Type.SUBSCRIBE ? last != null : isInterested) {
                session.deliver(
                        new Presence(notice.type(), account, notice.from(), null, null, notice.content()), null);
            }
        }
        if (isInterested && session.interested(difference.version)) {
            push(session, difference);
        }
        if (last != null) {
            difference.gained.forEach(contact -> switchboard.route(last.withTo(contact), session));
            difference.lost.forEach(contact ->
                    switchboard.route(Presence.of(Presence.Type.UNAVAILABLE, session.address(), contact), session));
        }
    }

    /** 2.1.6: one item each. */
    private void push(ClientSession session, Difference difference) {
        int number = 0;
        for (Element item : difference.items) {
            String id = "push-" + difference.version + (number++ == 0 ? "" : "-" + number);
            Element query = Element.of("query", RosterFeature.NAMESPACE)
                    .attribute("ver", Long.toString(difference.version))
                    .child(item)
                    .build();
            meters.push();
            session.deliver(Iq.of(Iq.Type.SET, session.address().bareJid(), session.address(), id, query), null);
        }
    }
}
