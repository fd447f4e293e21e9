package org.trestle.xmpp.feature.roster;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.xml.Element;

/**
 * What an account knows of a contact.
 *
 * @param jid without a resource
 * @param listed whether it is an item of the roster (RFC 6121 2.1.2); one that has only asked is not
 * @param approved whether its request will be answered with yes at once (RFC 6121 3.4)
 * @param request what the contact said when it asked; null unless the state has pending in
 */
record Contact(
        Jid jid,
        boolean listed,
        @Nullable String name,
        List<String> groups,
        State state,
        boolean approved,
        @Nullable Payload request) {

    Contact {
        groups = List.copyOf(groups);
    }

    /** Nothing is known of it. */
    static Contact unknown(Jid jid) {
        return new Contact(jid, false, null, List.of(), State.NONE, false, null);
    }

    /** Whether there is nothing to remember. */
    boolean isUnknown() {
        return !listed && state == State.NONE;
    }

    /** In the roster, by this name and in these groups. */
    Contact listed(@Nullable String newName, List<String> newGroups) {
        return new Contact(jid, true, newName, newGroups, state, approved, request);
    }

    /** In the roster, as it is. */
    Contact inRoster() {
        return listed ? this : listed(null, List.of());
    }

    Contact with(State next) {
        return next == state
                ? this
                : new Contact(jid, listed, name, groups, next, approved, next.in() ? request : null);
    }

    Contact approved(boolean now) {
        return now == approved ? this : new Contact(jid, listed, name, groups, state, now, request);
    }

    Contact asking(Payload content) {
        return new Contact(jid, listed, name, groups, state.withIn(true), approved, content);
    }

    /** The element {@code item} (RFC 6121 2.1.2); of one that is not in the roster, its removal (2.5). */
    Element item() {
        Element.Builder item = Element.of("item", RosterFeature.NAMESPACE).attribute("jid", jid.toString());
        if (!listed) {
            return item.attribute("subscription", "remove").build();
        }
        item.attribute("name", name)
                .attribute("approved", approved ? "true" : null)
                .attribute("ask", state.out() ? "subscribe" : null)
                .attribute("subscription", state.subscription());
        groups.forEach(group -> item.child("group", group));
        return item.build();
    }
}
