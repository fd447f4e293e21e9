package org.trestle.xmpp.feature.roster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** What clients ask of their rosters (RFC 6121 2.2 to 2.5), with the errors of 2.3.3 and 2.5.3. */
final class RosterRequests {
    private final FeatureSite site;
    private final Switchboard switchboard;
    private final Rosters rosters;
    private final RosterLimits limits;
    private final RosterMeters meters;

    RosterRequests(
            FeatureSite site, Switchboard switchboard, Rosters rosters, RosterLimits limits, RosterMeters meters) {
        this.site = site;
        this.switchboard = switchboard;
        this.rosters = rosters;
        this.limits = limits;
        this.meters = meters;
    }

    private static @Nullable FullJid asker(IqRequest request) {
        return request.iq().from() instanceof FullJid full ? full : null;
    }

    private @Nullable ClientSession session(FullJid jid) {
        Binding binding = site.cluster().directory().binding(jid.bareJid().toString(), jid.resource());
        return binding != null && site.endpoints().get(binding.session()) instanceof ClientSession session
                ? session
                : null;
    }

    /** 2.2, and 2.6 for a client that says which version it has. */
    void get(IqRequest request) {
        FullJid from = asker(request);
        ClientSession session = from == null ? null : session(from);
        if (from == null || session == null) {
            request.refuse(StanzaError.of(Condition.SERVICE_UNAVAILABLE));
            return;
        }
        Rosters.Held held = rosters.of(from.bareJid());
        session.interested(held.version());
        String known = request.element().attribute("ver");
        String now = Long.toString(held.version());
        if (now.equals(known)) {
            request.answer();
            return;
        }
        request.answer(listed(held, known == null ? null : now));
    }

    /** The contacts that a user sees. */
    static Element listed(Rosters.Held held, @Nullable String version) {
        Element.Builder query = Element.of("query", RosterFeature.NAMESPACE).attribute("ver", version);
        for (Contact contact : held.roster().contacts()) {
            if (contact.listed()) {
                query.child(contact.item());
            }
        }
        return query.build();
    }

    /** 2.3 to 2.5. */
    void set(IqRequest request) {
        List<Element> items = request.element().children();
        FullJid from = asker(request);
        Element item = items.size() == 1 ? items.get(0) : null;
        String text = item == null ? null : item.attribute("jid");
        if (from == null || item == null || !item.is("item", RosterFeature.NAMESPACE) || text == null) {
            request.refuse(StanzaError.of(Condition.BAD_REQUEST, "a roster set has one item with a jid"));
            return;
        }
        Jid jid = Jid.parse(text);
        if (jid == null) {
            request.refuse(StanzaError.of(Condition.JID_MALFORMED));
        } else if ("remove".equals(item.attribute("subscription"))) {
            remove(request, from.bareJid(), jid.bare());
        } else {
            put(request, from.bareJid(), jid.bare(), item);
        }
    }

    /** 2.3, 2.4: a client decides about name and groups only. */
    private void put(IqRequest request, BareJid account, Jid contact, Element item) {
        List<String> groups = new ArrayList<>();
        for (Element child : item.children()) {
            if (child.is("group", RosterFeature.NAMESPACE)) {
                groups.add(child.text());
            }
        }
        String name = item.attribute("name");
        StanzaError error = refusal(name, groups);
        if (error != null) {
            request.refuse(error);
            return;
        }
        change(
                request,
                account,
                null,
                (mine, none) -> Draft.of(mine.with(mine.contact(contact).listed(name, groups)), none));
    }

    private @Nullable StanzaError refusal(@Nullable String name, List<String> groups) {
        if (name != null && name.length() > limits.name()) {
            return tooMuch(RosterMeters.Limit.NAME, "a name has at most " + limits.name() + " characters");
        }
        if (groups.size() > limits.groups()) {
            return tooMuch(RosterMeters.Limit.GROUPS, "an item is in at most " + limits.groups() + " groups");
        }
        Set<String> distinct = new HashSet<>();
        for (String group : groups) {
            if (group.isEmpty()) {
                return StanzaError.of(Condition.NOT_ACCEPTABLE, "a group has a name");
            }
            if (group.length() > limits.name()) {
                return tooMuch(RosterMeters.Limit.NAME, "a group's name has at most " + limits.name() + " characters");
            }
            if (!distinct.add(group)) {
                return StanzaError.of(Condition.BAD_REQUEST, "an item is in a group once");
            }
        }
        return null;
    }

    private StanzaError tooMuch(RosterMeters.Limit limit, String text) {
        meters.refused(limit);
        return StanzaError.of(Condition.NOT_ACCEPTABLE, text);
    }

    /** 2.5: what is removed is no longer subscribed, either way. */
    private void remove(IqRequest request, BareJid account, Jid contact) {
        BareJid other = contact instanceof BareJid bare && site.domains().test(bare.domain()) && !bare.equals(account)
                ? bare
                : null;
        change(request, account, other, (mine, theirs) -> removed(account, contact, other != null, mine, theirs));
    }

    private static Draft removed(BareJid account, Jid jid, boolean here, Roster mine, Roster theirs) {
        Contact contact = mine.contact(jid);
        if (!contact.listed()) {
            return Draft.refused(StanzaError.of(Condition.ITEM_NOT_FOUND));
        }
        State state = contact.state();
        Roster others = theirs;
        List<Presence> onward = new ArrayList<>(2);
        List<Presence.Type> ends = new ArrayList<>(2);
        if (state.to() || state.out()) {
            ends.add(Presence.Type.UNSUBSCRIBE);
        }
        if (state.from() || state.in()) {
            ends.add(Presence.Type.UNSUBSCRIBED);
        }
        for (Presence.Type end : ends) {
            if (here) {
                others = Subscriptions.received(others, account, end, Payload.EMPTY)
                        .roster();
            } else {
                onward.add(Presence.of(end, account, jid));
            }
        }
        return new Draft(mine.with(Contact.unknown(jid)), others, false, onward, null);
    }

    private void change(IqRequest request, BareJid account, @Nullable BareJid other, Rosters.Plan plan) {
        FullJid from = asker(request);
        ClientSession session = from == null ? null : session(from);
        if (session == null) {
            request.refuse(StanzaError.of(Condition.SERVICE_UNAVAILABLE));
            return;
        }
        Object turn = new Object();
        session.hold(turn);
        rosters.change(account, other, plan)
                .whenComplete((draft, failed) -> session.afterwards(() -> {
                    session.release(turn);
                    StanzaError refusal =
                            failed == null ? draft.refusal() : StanzaError.of(Condition.INTERNAL_SERVER_ERROR);
                    if (refusal == null) {
                        request.answer();
                        draft.onward().forEach(stanza -> switchboard.route(stanza, session));
                    } else {
                        request.refuse(refusal);
                    }
                }));
    }
}
