package org.trestle.xmpp.feature.roster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;

/**
 * The contacts of one account, in the order in which they came, and what its clients are told of the change that made it
 * so. Immutable.
 */
final class Roster {

    /**
     * A subscription stanza that the account's clients get with a change (RFC 6121 3.1.6, 3.2.3, 3.3.3).
     *
     * @param from a bare Jid
     */
    record Notice(Presence.Type type, Jid from, Payload content) {}

    static final Roster EMPTY = new Roster(Map.of(), List.of());

    private final Map<Jid, Contact> contacts;
    private final List<Notice> notices;

    /** The map is given away. */
    Roster(Map<Jid, Contact> contacts, List<Notice> notices) {
        this.contacts = contacts;
        this.notices = List.copyOf(notices);
    }

    Collection<Contact> contacts() {
        return contacts.values();
    }

    /** What is known of a bare Jid; never null. */
    Contact contact(Jid jid) {
        Contact contact = contacts.get(jid);
        return contact == null ? Contact.unknown(jid) : contact;
    }

    List<Notice> notices() {
        return notices;
    }

    /** The same contacts, and nothing to tell. */
    Roster quiet() {
        return notices.isEmpty() ? this : new Roster(contacts, List.of());
    }

    Roster with(Contact contact) {
        if (contact.equals(contact(contact.jid()))) {
            return this;
        }
        Map<Jid, Contact> changed = new LinkedHashMap<>(contacts);
        if (contact.isUnknown()) {
            changed.remove(contact.jid());
        } else {
            changed.put(contact.jid(), contact);
        }
        return new Roster(changed, notices);
    }

    Roster with(Notice notice) {
        List<Notice> more = new ArrayList<>(notices);
        more.add(notice);
        return new Roster(contacts, more);
    }

    boolean hasSameContacts(Roster other) {
        return contacts == other.contacts || contacts.equals(other.contacts);
    }

    /** How many contacts the account's clients see. */
    int items() {
        return (int) contacts.values().stream().filter(Contact::listed).count();
    }

    /** How many have asked and were not answered. */
    int requests() {
        return (int) contacts.values().stream()
                .filter(contact -> contact.state().in())
                .count();
    }
}
