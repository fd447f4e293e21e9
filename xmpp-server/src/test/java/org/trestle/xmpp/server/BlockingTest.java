package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** XEP-0191: who blocks whom, over two nodes. */
final class BlockingTest {
    private static final String BLOCKING = "urn:xmpp:blocking";
    private static final Jid BOB = Jid.of("bob@trestle.test");
    private static final Element PING = Element.of("ping", "urn:xmpp:ping").build();

    private TestCluster cluster;
    private Peer alice;
    private Peer phone;
    private Peer bob;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
        alice = cluster.node(0).client("alice", "desk");
        phone = cluster.node(1).client("alice", "phone");
        bob = cluster.node(1).client("bob", "desk");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static Element list(String name, String... jids) {
        Element.Builder list = Element.of(name, BLOCKING);
        for (String jid : jids) {
            list.child(Element.of("item", BLOCKING).attribute("jid", jid).build());
        }
        return list.build();
    }

    private static Peer set(Peer peer, Element change) throws Exception {
        peer.send(Iq.of(Iq.Type.SET, null, null, "set", change));
        peer.expectIq(Iq.Type.RESULT, "set");
        return peer;
    }

    private static List<String> asked(Peer peer) throws Exception {
        peer.send(Iq.of(Iq.Type.GET, null, null, "get", list("blocklist")));
        return jids(peer.expectIq(Iq.Type.RESULT, "get").child("blocklist", BLOCKING));
    }

    private static List<String> jids(Element list) {
        assertNotNull(list);
        return list.children().stream().map(item -> item.attribute("jid")).toList();
    }

    private static List<String> pushed(Peer peer, String what) throws Exception {
        Iq push = (Iq) peer.expect();
        assertEquals(Iq.Type.SET, push.type());
        assertEquals(peer.jid, push.to());
        assertEquals(peer.jid.bare(), push.from());
        return jids(push.child(what, BLOCKING));
    }

    private void refused(Jid from) throws Exception {
        Stanza error = alice.expectError(Condition.NOT_ACCEPTABLE, from.toString());
        assertNotNull(error.child("error", Namespaces.CLIENT).child("blocked", "urn:xmpp:blocking:errors"));
    }

    @Test
    void theListIsTheSameForAllResourcesAndEachThatAskedHearsOfChanges() throws Exception {
        assertEquals(List.of(), asked(phone));
        set(alice, list("block", "bob@trestle.test", "Carol@Trestle.test/x"));
        assertEquals(List.of("bob@trestle.test", "carol@trestle.test/x"), pushed(phone, "block"));
        assertEquals(List.of("bob@trestle.test", "carol@trestle.test/x"), asked(phone));
        set(alice, list("block", "bob@trestle.test"));
        set(alice, list("block", "bob@trestle.test", "dave.test"));
        assertEquals(List.of("dave.test"), pushed(phone, "block"));
        set(alice, list("unblock", "bob@trestle.test", "nobody@trestle.test"));
        assertEquals(List.of("bob@trestle.test"), pushed(phone, "unblock"));
        set(alice, list("unblock"));
        assertEquals(List.of(), pushed(phone, "unblock"));
        assertEquals(List.of(), asked(phone));
        alice.expectNothing();
    }

    @Test
    void wrongRequestsAreRefused() throws Exception {
        alice.send(Iq.of(Iq.Type.SET, null, null, "1", list("block")));
        alice.expectError(Condition.BAD_REQUEST, "alice@trestle.test");
        alice.send(Iq.of(Iq.Type.SET, null, null, "2", list("block", "a@b@c")));
        alice.expectError(Condition.JID_MALFORMED, "alice@trestle.test");
        Element nameless = Element.of("block", BLOCKING)
                .child(Element.of("item", BLOCKING).build())
                .build();
        alice.send(Iq.of(Iq.Type.SET, null, null, "3", nameless));
        alice.expectError(Condition.BAD_REQUEST, "alice@trestle.test");
        alice.send(Iq.of(Iq.Type.GET, null, BOB, "4", list("blocklist")));
        alice.expectError(Condition.SERVICE_UNAVAILABLE, BOB.toString());
    }

    @Test
    void aListIsBounded() throws Exception {
        String[] many = IntStream.range(0, 1_000)
                .mapToObj(i -> "user" + i + "@example.org")
                .toArray(String[]::new);
        set(alice, list("block", many));
        alice.send(Iq.of(Iq.Type.SET, null, null, "more", list("block", "one@example.org")));
        alice.expectError(Condition.POLICY_VIOLATION, "alice@trestle.test");
        set(alice, list("unblock", "user0@example.org"));
        set(alice, list("block", "one@example.org"));
        List<String> asked = asked(alice);
        assertEquals(1_000, asked.size());
        assertEquals(Arrays.asList(many).subList(1, 1_000), asked.subList(0, 999));
    }

    @Test
    void nothingComesFromWhoIsBlocked() throws Exception {
        set(phone, list("block", "bob@trestle.test"));
        alice.available(0);
        bob.chat(alice.jid, "hello");
        bob.expectError(Condition.SERVICE_UNAVAILABLE, alice.jid.toString());
        bob.message(Message.Type.HEADLINE, "alice@trestle.test", "news");
        bob.expectError(Condition.SERVICE_UNAVAILABLE, "alice@trestle.test");
        bob.send(Iq.of(Iq.Type.GET, null, alice.jid, "q", PING));
        bob.expectError(Condition.SERVICE_UNAVAILABLE, alice.jid.toString());
        bob.send(Iq.of(Iq.Type.RESULT, null, alice.jid, "r"));
        bob.send(Message.of(Message.Type.ERROR, null, alice.jid, PING));
        for (Presence.Type type : Presence.Type.values()) {
            bob.send(Presence.of(type, null, alice.jid));
        }
        bob.expectNothing();
        // What bob's node sends to alice's arrives in order: this is behind all that must not come.
        Peer carol = cluster.node(1).client("carol", "c");
        carol.chat(alice.jid, "me first");
        alice.expectMessage("me first");
        alice.expectNothing();
    }

    @Test
    void nothingGoesToWhoIsBlocked() throws Exception {
        set(alice, list("block", "bob@trestle.test"));
        alice.chat(bob.jid, "hello");
        refused(bob.jid);
        alice.send(Iq.of(Iq.Type.GET, null, bob.jid, "q", PING));
        refused(bob.jid);
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, bob.jid));
        refused(bob.jid);
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, BOB));
        Stanza error = alice.expect();
        assertNotNull(error.child("error", Namespaces.CLIENT), error::toString);
        alice.send(Iq.of(Iq.Type.RESULT, null, bob.jid, "r"));
        alice.expectNothing();
        bob.expectNothing();
        set(alice, list("unblock", "bob@trestle.test"));
        alice.chat(bob.jid, "hello again");
        bob.expectMessage("hello again");
    }

    @Test
    void aResourceAnAccountOrADomainIsBlocked() throws Exception {
        Peer other = cluster.node(0).client("bob", "other");
        Peer bridge = cluster.node(0).component("cb1");
        set(alice, list("block", bob.jid.toString(), "cb1.trestle.test"));
        bob.chat(alice.jid, "no");
        bob.expectError(Condition.SERVICE_UNAVAILABLE, alice.jid.toString());
        other.chat(alice.jid, "yes");
        alice.expectMessage("yes");
        bridge.send(Message.of(Message.Type.CHAT, Jid.of("room@cb1.trestle.test/x"), alice.jid, PING));
        assertNotNull(bridge.expect().child("error", Namespaces.CLIENT));
        alice.expectNothing();
    }

    @Test
    void ownResourcesAreNeverBlocked() throws Exception {
        set(alice, list("block", "trestle.test", "alice@trestle.test"));
        alice.chat(phone.jid, "note");
        phone.expectMessage("note");
        alice.expectNothing();
        bob.chat(alice.jid, "hello");
        bob.expectError(Condition.SERVICE_UNAVAILABLE, alice.jid.toString());
        bob.expectNothing();
    }

    @Test
    void whoHadThePresenceIsSaidGoodbye() throws Exception {
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, bob.jid));
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        set(phone, list("block", "bob@trestle.test"));
        bob.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bob.expectNothing();
    }

    /** Reads until this presence comes. */
    private static void until(Peer peer, Presence.Type type, Jid from) throws Exception {
        Stanza stanza = peer.expect();
        while (!(stanza instanceof Presence presence) || presence.type() != type || !from.equals(presence.from())) {
            stanza = peer.expect();
        }
    }

    @Test
    void aSubscriberIsSaidGoodbyeAndSeesTheAccountAgainWhenItIsUnblocked() throws Exception {
        Jid account = Jid.of("alice@trestle.test");
        alice.send(Presence.of(Presence.Type.SUBSCRIBED, null, BOB));
        alice.expectNothing();
        bob.send(Presence.of(Presence.Type.SUBSCRIBE, null, account));
        bob.send(Presence.of(Presence.Type.AVAILABLE, null, null));
        until(bob, Presence.Type.AVAILABLE, bob.jid);
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, null));
        until(bob, Presence.Type.AVAILABLE, alice.jid);
        until(alice, Presence.Type.AVAILABLE, alice.jid);
        set(alice, list("block", "bob@trestle.test"));
        until(bob, Presence.Type.UNAVAILABLE, alice.jid);
        // What is broadcast is left out without a word.
        alice.available(3);
        bob.send(Presence.of(Presence.Type.SUBSCRIBE, null, account));
        bob.send(Presence.of(Presence.Type.PROBE, null, account));
        bob.expectNothing();
        alice.expectNothing();
        set(alice, list("unblock", "bob@trestle.test"));
        until(bob, Presence.Type.AVAILABLE, alice.jid);
    }

    @Test
    void aBlockedAccountCannotSubscribeAndChangesNoRoster() throws Exception {
        set(alice, list("block", "bob@trestle.test"));
        bob.send(Presence.of(Presence.Type.SUBSCRIBE, null, Jid.of("alice@trestle.test")));
        bob.expectNothing();
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, BOB));
        refused(BOB);
        assertEquals(List.of(), cluster.node(0).tables.rows("rosters"));
    }

    @Test
    void theEndOfWhoIsBlockedIsNotTold() throws Exception {
        bob.send(Presence.of(Presence.Type.AVAILABLE, null, alice.jid));
        alice.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        set(alice, list("block", "bob@trestle.test"));
        bob.breaks();
        Peer carol = cluster.node(1).client("carol", "c");
        carol.chat(alice.jid, "next");
        alice.expectMessage("next");
        alice.expectNothing();
    }
}
