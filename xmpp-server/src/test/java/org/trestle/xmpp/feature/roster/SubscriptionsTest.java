package org.trestle.xmpp.feature.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Presence.Type;
import org.trestle.xmpp.xml.Element;

/** The tables of RFC 6121 appendix A, row by row, and what pre-approval (3.4) adds to them. */
final class SubscriptionsTest {
    private static final Jid JULIET = Jid.of("juliet@example.com");
    private static final Payload HELLO =
            Payload.of(Element.of("status", "jabber:client").text("hello").build());

    private static Contact contact(State state) {
        return Contact.unknown(JULIET).listed("Juliet", List.of("Capulets")).with(state);
    }

    /** A.2: what the account's client sends. */
    @ParameterizedTest(name = "{0} in {1}: routed {2}, then {3}")
    @CsvSource({
        "SUBSCRIBE, NONE, true, NONE_PENDING_OUT",
        "SUBSCRIBE, NONE_PENDING_OUT, true, NONE_PENDING_OUT",
        "SUBSCRIBE, NONE_PENDING_IN, true, NONE_PENDING_OUT_IN",
        "SUBSCRIBE, NONE_PENDING_OUT_IN, true, NONE_PENDING_OUT_IN",
        "SUBSCRIBE, TO, true, TO",
        "SUBSCRIBE, TO_PENDING_IN, true, TO_PENDING_IN",
        "SUBSCRIBE, FROM, true, FROM_PENDING_OUT",
        "SUBSCRIBE, FROM_PENDING_OUT, true, FROM_PENDING_OUT",
        "SUBSCRIBE, BOTH, true, BOTH",
        "UNSUBSCRIBE, NONE, true, NONE",
        "UNSUBSCRIBE, NONE_PENDING_OUT, true, NONE",
        "UNSUBSCRIBE, NONE_PENDING_IN, true, NONE_PENDING_IN",
        "UNSUBSCRIBE, NONE_PENDING_OUT_IN, true, NONE_PENDING_IN",
        "UNSUBSCRIBE, TO, true, NONE",
        "UNSUBSCRIBE, TO_PENDING_IN, true, NONE_PENDING_IN",
        "UNSUBSCRIBE, FROM, true, FROM",
        "UNSUBSCRIBE, FROM_PENDING_OUT, true, FROM",
        "UNSUBSCRIBE, BOTH, true, FROM",
        "SUBSCRIBED, NONE, false, NONE",
        "SUBSCRIBED, NONE_PENDING_OUT, false, NONE_PENDING_OUT",
        "SUBSCRIBED, NONE_PENDING_IN, true, FROM",
        "SUBSCRIBED, NONE_PENDING_OUT_IN, true, FROM_PENDING_OUT",
        "SUBSCRIBED, TO, false, TO",
        "SUBSCRIBED, TO_PENDING_IN, true, BOTH",
        "SUBSCRIBED, FROM, false, FROM",
        "SUBSCRIBED, FROM_PENDING_OUT, false, FROM_PENDING_OUT",
        "SUBSCRIBED, BOTH, false, BOTH",
        "UNSUBSCRIBED, NONE, false, NONE",
        "UNSUBSCRIBED, NONE_PENDING_OUT, false, NONE_PENDING_OUT",
        "UNSUBSCRIBED, NONE_PENDING_IN, true, NONE",
        "UNSUBSCRIBED, NONE_PENDING_OUT_IN, true, NONE_PENDING_OUT",
        "UNSUBSCRIBED, TO, false, TO",
        "UNSUBSCRIBED, TO_PENDING_IN, true, TO",
        "UNSUBSCRIBED, FROM, true, NONE",
        "UNSUBSCRIBED, FROM_PENDING_OUT, true, NONE_PENDING_OUT",
        "UNSUBSCRIBED, BOTH, true, TO"
    })
    void outbound(Type type, State before, boolean routed, State after) {
        Subscriptions.Step step = Subscriptions.outbound(contact(before), type);
        assertEquals(after, step.contact().state());
        assertEquals(routed, step.goesOn());
        assertNull(step.answer());
        assertEquals("Juliet", step.contact().name());
    }

    /** A.3: what comes from the contact. */
    @ParameterizedTest(name = "{0} in {1}: delivered {2}, then {3}")
    @CsvSource({
        "SUBSCRIBE, NONE, true, NONE_PENDING_IN",
        "SUBSCRIBE, NONE_PENDING_OUT, true, NONE_PENDING_OUT_IN",
        "SUBSCRIBE, NONE_PENDING_IN, false, NONE_PENDING_IN",
        "SUBSCRIBE, NONE_PENDING_OUT_IN, false, NONE_PENDING_OUT_IN",
        "SUBSCRIBE, TO, true, TO_PENDING_IN",
        "SUBSCRIBE, TO_PENDING_IN, false, TO_PENDING_IN",
        "SUBSCRIBE, FROM, false, FROM",
        "SUBSCRIBE, FROM_PENDING_OUT, false, FROM_PENDING_OUT",
        "SUBSCRIBE, BOTH, false, BOTH",
        "UNSUBSCRIBE, NONE, false, NONE",
        "UNSUBSCRIBE, NONE_PENDING_OUT, false, NONE_PENDING_OUT",
        "UNSUBSCRIBE, NONE_PENDING_IN, true, NONE",
        "UNSUBSCRIBE, NONE_PENDING_OUT_IN, true, NONE_PENDING_OUT",
        "UNSUBSCRIBE, TO, false, TO",
        "UNSUBSCRIBE, TO_PENDING_IN, true, TO",
        "UNSUBSCRIBE, FROM, true, NONE",
        "UNSUBSCRIBE, FROM_PENDING_OUT, true, NONE_PENDING_OUT",
        "UNSUBSCRIBE, BOTH, true, TO",
        "SUBSCRIBED, NONE, false, NONE",
        "SUBSCRIBED, NONE_PENDING_OUT, true, TO",
        "SUBSCRIBED, NONE_PENDING_IN, false, NONE_PENDING_IN",
        "SUBSCRIBED, NONE_PENDING_OUT_IN, true, TO_PENDING_IN",
        "SUBSCRIBED, TO, false, TO",
        "SUBSCRIBED, TO_PENDING_IN, false, TO_PENDING_IN",
        "SUBSCRIBED, FROM, false, FROM",
        "SUBSCRIBED, FROM_PENDING_OUT, true, BOTH",
        "SUBSCRIBED, BOTH, false, BOTH",
        "UNSUBSCRIBED, NONE, false, NONE",
        "UNSUBSCRIBED, NONE_PENDING_OUT, true, NONE",
        "UNSUBSCRIBED, NONE_PENDING_IN, false, NONE_PENDING_IN",
        "UNSUBSCRIBED, NONE_PENDING_OUT_IN, true, NONE_PENDING_IN",
        "UNSUBSCRIBED, TO, true, NONE",
        "UNSUBSCRIBED, TO_PENDING_IN, true, NONE_PENDING_IN",
        "UNSUBSCRIBED, FROM, false, FROM",
        "UNSUBSCRIBED, FROM_PENDING_OUT, true, FROM",
        "UNSUBSCRIBED, BOTH, true, FROM"
    })
    void inbound(Type type, State before, boolean delivered, State after) {
        Contact old = contact(before);
        Subscriptions.Step step = Subscriptions.inbound(old, type, HELLO);
        assertEquals(after, step.contact().state());
        assertEquals(delivered, step.goesOn());
        assertEquals(type == Type.SUBSCRIBE && before.from() ? Type.SUBSCRIBED : null, step.answer());
        boolean asked = after.in() && !before.in();
        assertEquals(asked ? HELLO : null, step.contact().request());
    }

    @Test
    void aRequestIsNoItemUntilItIsAnswered() {
        Contact asking = Subscriptions.inbound(Contact.unknown(JULIET), Type.SUBSCRIBE, HELLO)
                .contact();
        assertFalse(asking.listed());
        assertFalse(asking.isUnknown());
        Contact approved = Subscriptions.outbound(asking, Type.SUBSCRIBED).contact();
        assertTrue(approved.listed());
        assertNull(approved.request());
        assertTrue(Subscriptions.outbound(asking, Type.UNSUBSCRIBED).contact().isUnknown());
        assertTrue(
                Subscriptions.inbound(asking, Type.UNSUBSCRIBE, HELLO).contact().isUnknown());
    }

    @Test
    void aRequestThatWasApprovedBeforeIsAnsweredAtOnce() {
        Contact approved =
                Subscriptions.outbound(Contact.unknown(JULIET), Type.SUBSCRIBED).contact();
        assertEquals(
                "<item xmlns='jabber:iq:roster' jid='juliet@example.com' approved='true' subscription='none'/>",
                approved.item().toString().replace('"', '\''));
        Subscriptions.Step asked = Subscriptions.inbound(approved, Type.SUBSCRIBE, HELLO);
        assertEquals(Type.SUBSCRIBED, asked.answer());
        assertFalse(asked.goesOn());
        assertEquals(State.FROM, asked.contact().state());
        assertFalse(asked.contact().approved());
    }

    @ParameterizedTest
    @CsvSource({"NONE", "NONE_PENDING_OUT", "TO"})
    void anApprovalCanBeTakenBackBeforeItWasAskedFor(State state) {
        Contact approved =
                Subscriptions.outbound(contact(state), Type.SUBSCRIBED).contact();
        assertTrue(approved.approved());
        Subscriptions.Step back = Subscriptions.outbound(approved, Type.UNSUBSCRIBED);
        assertEquals(contact(state), back.contact());
        assertFalse(back.goesOn());
    }

    @Test
    void aRosterIsTheSameAfterItWasWrittenAndRead() {
        Roster roster = Roster.EMPTY;
        for (State state : State.values()) {
            Contact one = Contact.unknown(Jid.of(state.name().toLowerCase(java.util.Locale.ROOT) + "@example.com"))
                    .listed(
                            state.to() ? "Näme " + state : null,
                            List.of("a", "ü").subList(0, state.ordinal() % 3))
                    .with(state);
            roster = roster.with(state.in() ? one.asking(HELLO) : one);
        }
        roster = roster.with(Subscriptions.inbound(Contact.unknown(JULIET), Type.SUBSCRIBE, HELLO)
                .contact());
        roster = roster.with(new Roster.Notice(Presence.Type.SUBSCRIBE, JULIET, HELLO));
        Roster read = RosterCodec.decode(RosterCodec.encode(roster));
        assertEquals(List.copyOf(roster.contacts()), List.copyOf(read.contacts()));
        assertEquals(roster.notices(), read.notices());
    }
}
