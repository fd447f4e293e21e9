package org.trestle.xmpp.feature.roster;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;

/** What a subscription stanza changes (RFC 6121 3 and appendix A), as functions of what was there. */
final class Subscriptions {

    /**
     * What becomes of a stanza that an account sends or gets.
     *
     * @param contact what the account knows of the other one afterwards
     * @param goesOn whether the stanza is routed to the contact, or delivered to the account's clients
     * @param answer what the server answers for the account, or null
     */
    record Step(Contact contact, boolean goesOn, Presence.@Nullable Type answer) {}

    /**
     * A roster that a stanza has come to.
     *
     * @param roster with the notice for its account's clients when they get the stanza
     * @param answer what the server answers for the account, or null
     */
    record Received(Roster roster, Presence.@Nullable Type answer) {}

    private Subscriptions() {}

    /** It comes from a contact to the account of this roster. */
    static Received received(Roster roster, Jid from, Presence.Type type, Payload content) {
        Step step = inbound(roster.contact(from), type, content);
        Roster next = roster.with(step.contact());
        return new Received(step.goesOn() ? next.with(new Roster.Notice(type, from, content)) : next, step.answer());
    }

    /** A client of the account sends it (A.2). */
    static Step outbound(Contact contact, Presence.Type type) {
        State state = contact.state();
        return switch (type) {
            case SUBSCRIBE -> new Step(contact.inRoster().with(state.withOut(true)), true, null);
            case UNSUBSCRIBE -> new Step(contact.with(state.withTo(false).withOut(false)), true, null);
            case SUBSCRIBED -> approve(contact);
            case UNSUBSCRIBED ->
                new Step(
                        contact.with(state.withFrom(false).withIn(false)).approved(false),
                        state.from() || state.in(),
                        null);
            case AVAILABLE, UNAVAILABLE, ERROR, PROBE ->
                throw new IllegalArgumentException(type + " subscribes nobody");
        };
    }

    /** A.2.3, and what is approved before it was asked for (3.4.2). */
    private static Step approve(Contact contact) {
        State state = contact.state();
        if (state.in()) {
            return new Step(contact.inRoster().with(state.withFrom(true)), true, null);
        }
        return new Step(state.from() ? contact : contact.inRoster().approved(true), false, null);
    }

    /** It comes from the contact (A.3). */
    static Step inbound(Contact contact, Presence.Type type, Payload content) {
        State state = contact.state();
        return switch (type) {
            case SUBSCRIBE -> asked(contact, content);
            case SUBSCRIBED -> new Step(state.out() ? contact.with(state.withTo(true)) : contact, state.out(), null);
            case UNSUBSCRIBE ->
                new Step(contact.with(state.withFrom(false).withIn(false)), state.from() || state.in(), null);
            case UNSUBSCRIBED ->
                new Step(contact.with(state.withTo(false).withOut(false)), state.to() || state.out(), null);
            case AVAILABLE, UNAVAILABLE, ERROR, PROBE ->
                throw new IllegalArgumentException(type + " subscribes nobody");
        };
    }

    /** 3.1.3: whoever is subscribed, or was approved, is told so at once; the first request is kept. */
    private static Step asked(Contact contact, Payload content) {
        State state = contact.state();
        if (state.from()) {
            return new Step(contact, false, Presence.Type.SUBSCRIBED);
        }
        if (contact.approved()) {
            return new Step(contact.approved(false).with(state.withFrom(true)), false, Presence.Type.SUBSCRIBED);
        }
        return state.in() ? new Step(contact, false, null) : new Step(contact.asking(content), true, null);
    }
}
