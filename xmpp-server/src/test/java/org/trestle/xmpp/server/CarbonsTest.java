package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** XEP-0280: who gets a copy of what, over two nodes. */
final class CarbonsTest {
    private static final String CARBONS = "urn:xmpp:carbons:2";
    private static final Jid BOB = Jid.of("bob@trestle.test");
    private static final Jid ALICE = Jid.of("alice@trestle.test");

    private TestCluster cluster;
    private Peer alice;
    private Peer phone;
    private Peer bob;
    private Peer tablet;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
        alice = cluster.node(0).client("alice", "desk");
        phone = carbons(cluster.node(1).client("alice", "phone"), "enable");
        bob = cluster.node(1).client("bob", "desk");
        tablet = carbons(cluster.node(0).client("bob", "tablet"), "enable");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static Peer carbons(Peer peer, String what) throws Exception {
        peer.send(Iq.of(Iq.Type.SET, null, null, what, Element.of(what, CARBONS).build()));
        peer.expectIq(Iq.Type.RESULT, what);
        return peer;
    }

    private static Element hint(String name, String namespace) {
        return Element.of(name, namespace).build();
    }

    private static Element body(String text) {
        return Element.of("body", Namespaces.CLIENT).text(text).build();
    }

    /** The message that the next stanza, a copy, is of. */
    private static Element copied(Peer peer, String name, Message.Type type) throws Exception {
        Message copy = assertInstanceOf(Message.class, peer.expect());
        assertEquals(peer.jid, copy.to());
        assertEquals(peer.jid.bare(), copy.from());
        assertEquals(type, copy.type());
        Element wrapping = copy.child(name, CARBONS);
        assertNotNull(wrapping, copy.content().xml());
        Element forwarded = wrapping.child("forwarded", "urn:xmpp:forward:0");
        assertNotNull(forwarded, copy.content().xml());
        Element message = forwarded.child("message", Namespaces.CLIENT);
        assertNotNull(message, copy.content().xml());
        return message;
    }

    private void bothGet(Message.Type type) throws Exception {
        assertEquals(alice.jid.toString(), copied(phone, "sent", type).attribute("from"));
        assertEquals(alice.jid.toString(), copied(tablet, "received", type).attribute("from"));
    }

    private void nobodyElseGetsAny() throws Exception {
        phone.expectNothing();
        tablet.expectNothing();
        alice.expectNothing();
        bob.expectNothing();
    }

    @Test
    void theOtherResourcesOfBothSidesGetACopy() throws Exception {
        alice.send(new Message(Message.Type.CHAT, bob.jid, null, "m1", "en", Peer.body("to one & <all>")));
        assertEquals("m1", bob.expectMessage("to one & <all>").id());
        Element sent = copied(phone, "sent", Message.Type.CHAT);
        Element received = copied(tablet, "received", Message.Type.CHAT);
        for (Element message : new Element[] {sent, received}) {
            assertEquals(alice.jid.toString(), message.attribute("from"));
            assertEquals(bob.jid.toString(), message.attribute("to"));
            assertEquals("m1", message.attribute("id"));
            assertEquals("chat", message.attribute("type"));
            assertEquals(
                    "to one & <all>", message.child("body", Namespaces.CLIENT).text());
        }
        nobodyElseGetsAny();
    }

    @Test
    void whoGetsTheMessageItselfGetsNoCopy() throws Exception {
        bob.available(1);
        tablet.available(1);
        bob.expectPresence(org.trestle.xmpp.stanza.Presence.Type.AVAILABLE, tablet.jid);
        tablet.expectPresence(org.trestle.xmpp.stanza.Presence.Type.AVAILABLE, bob.jid);
        alice.chat(BOB, "for all of you");
        bob.expectMessage("for all of you");
        tablet.expectMessage("for all of you");
        copied(phone, "sent", Message.Type.CHAT);
        nobodyElseGetsAny();
    }

    @Test
    void aResourceOfNegativePriorityGetsTheCopy() throws Exception {
        bob.available(0);
        tablet.available(-1);
        bob.expectPresence(org.trestle.xmpp.stanza.Presence.Type.AVAILABLE, tablet.jid);
        tablet.expectPresence(org.trestle.xmpp.stanza.Presence.Type.AVAILABLE, bob.jid);
        alice.chat(BOB, "hello");
        bob.expectMessage("hello");
        assertEquals(
                BOB.toString(), copied(tablet, "received", Message.Type.CHAT).attribute("to"));
    }

    @Test
    void whatPeopleWriteIsCopiedAndTheRestIsNot() throws Exception {
        alice.message(Message.Type.NORMAL, bob.jid.toString(), "normal");
        bob.expectMessage("normal");
        bothGet(Message.Type.NORMAL);
        alice.send(Message.of(
                Message.Type.NORMAL, null, bob.jid, hint("composing", "http://jabber.org/protocol/chatstates")));
        bob.expect();
        bothGet(Message.Type.NORMAL);
        alice.send(Message.of(
                Message.Type.NORMAL,
                null,
                bob.jid,
                Element.of("x", "http://jabber.org/protocol/muc#user")
                        .child("invite")
                        .build()));
        bob.expect();
        bothGet(Message.Type.NORMAL);
        alice.send(Message.of(Message.Type.NORMAL, null, bob.jid, hint("data", "urn:example")));
        bob.expect();
        alice.message(Message.Type.HEADLINE, bob.jid.toString(), "news");
        bob.expectMessage("news");
        alice.message(Message.Type.GROUPCHAT, bob.jid.toString(), "group");
        bob.expectMessage("group");
        alice.message(Message.Type.ERROR, bob.jid.toString(), "error");
        bob.expectMessage("error");
        nobodyElseGetsAny();
    }

    @Test
    void whatIsPrivateIsNotCopied() throws Exception {
        Element[] marks = {
            hint("private", CARBONS),
            hint("no-copy", "urn:xmpp:hints"),
            hint("received", CARBONS),
            hint("sent", CARBONS)
        };
        for (Element mark : marks) {
            alice.send(Message.of(Message.Type.CHAT, null, bob.jid, body("psst"), mark));
            assertNotNull(bob.expectMessage("psst").child(mark.name(), mark.namespace()));
        }
        nobodyElseGetsAny();
        alice.send(Message.of(Message.Type.CHAT, null, bob.jid, body("I sent a private letter")));
        bob.expectMessage("I sent a private letter");
        bothGet(Message.Type.CHAT);
    }

    @Test
    void aPrivateMessageOfARoomIsCopiedForItsSenderOnly() throws Exception {
        Peer room = cluster.node(0).component("cb1");
        Element mark = hint("x", "http://jabber.org/protocol/muc#user");
        room.send(Message.of(
                Message.Type.CHAT, Jid.of("room@cb1.trestle.test/nick"), bob.jid, body("in the room"), mark));
        bob.expectMessage("in the room");
        tablet.expectNothing();
        alice.send(Message.of(Message.Type.CHAT, null, Jid.of("room@cb1.trestle.test/nick"), body("hi"), mark));
        room.expectMessage("hi");
        copied(phone, "sent", Message.Type.CHAT);
        nobodyElseGetsAny();
    }

    @Test
    void whatAComponentWritesIsCopiedForItsReceiver() throws Exception {
        Peer bridge = cluster.node(1).component("cb1");
        bridge.send(Message.of(Message.Type.CHAT, Jid.of("room@cb1.trestle.test"), bob.jid, body("welcome")));
        bob.expectMessage("welcome");
        copied(tablet, "received", Message.Type.CHAT);
        nobodyElseGetsAny();
    }

    @Test
    void aNoteToOneselfIsCopiedOnce() throws Exception {
        Peer third = carbons(cluster.node(0).client("alice", "third"), "enable");
        carbons(alice, "enable");
        alice.chat(phone.jid, "note");
        phone.expectMessage("note");
        copied(third, "received", Message.Type.CHAT);
        third.expectNothing();
        nobodyElseGetsAny();
    }

    @Test
    void itCanBeSwitchedOffAndOnAgain() throws Exception {
        carbons(carbons(tablet, "disable"), "disable");
        carbons(carbons(phone, "enable"), "enable");
        alice.chat(bob.jid, "one");
        bob.expectMessage("one");
        copied(phone, "sent", Message.Type.CHAT);
        nobodyElseGetsAny();
        carbons(tablet, "enable").available(-5);
        bob.chat(ALICE, "nobody is available");
        bob.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, ALICE.toString());
        copied(tablet, "sent", Message.Type.CHAT);
        nobodyElseGetsAny();
    }

    @Test
    void aCopyThatCannotBeDeliveredIsNobodysBusiness() throws Exception {
        tablet.breaks();
        alice.chat(bob.jid, "hello");
        bob.expectMessage("hello");
        copied(phone, "sent", Message.Type.CHAT);
        // A client that answers a copy with an error answers its own account, which takes no errors.
        phone.send(Message.of(Message.Type.ERROR, null, ALICE, hint("error", Namespaces.CLIENT)));
        nobodyElseGetsAnyBut();
    }

    private void nobodyElseGetsAnyBut() throws Exception {
        phone.expectNothing();
        alice.expectNothing();
        bob.expectNothing();
    }

    @Test
    void nobodyCanForgeACopyOrAskForAnother() throws Exception {
        // The from that a client writes is replaced, so no message of a client comes from a bare Jid.
        phone.send(new Message(
                Message.Type.CHAT,
                alice.jid,
                ALICE,
                null,
                null,
                Message.of(Message.Type.CHAT, null, null, hint("received", CARBONS))
                        .content()));
        assertEquals(phone.jid, alice.expect().from());
        alice.send(Iq.of(Iq.Type.SET, null, BOB, "other", hint("enable", CARBONS)));
        alice.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, BOB.toString());
    }

    @Test
    void itIsAdvertised() throws Exception {
        alice.send(Iq.of(
                Iq.Type.GET,
                null,
                Jid.of(TestCluster.DOMAIN),
                "d",
                hint("query", "http://jabber.org/protocol/disco#info")));
        assertEquals(true, alice.expectIq(Iq.Type.RESULT, "d").content().xml().contains(CARBONS));
    }
}
