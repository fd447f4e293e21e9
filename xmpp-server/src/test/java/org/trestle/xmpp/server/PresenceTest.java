package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.PresenceRules;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** RFC 6121 4 as dialogues: whose presence goes to whom. Alice and bob are subscribed to each other, carol to nobody. */
final class PresenceTest {
    private static final Jid ALICE = Jid.of("alice@trestle.test");
    private static final Jid BOB = Jid.of("bob@trestle.test");

    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(3);
        Peer alice = cluster.node(0).client("alice", "setup");
        Peer bob = cluster.node(0).client("bob", "setup");
        subscribe(alice, bob);
        subscribe(bob, alice);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    /** The second one gets the presence of the first. */
    private void subscribe(Peer of, Peer to) throws Exception {
        of.send(Presence.of(Presence.Type.SUBSCRIBED, null, to.jid));
        of.expectNothing();
        to.send(Presence.of(Presence.Type.SUBSCRIBE, null, of.jid));
        to.expectNothing();
        BareJid account = BareJid.of(of.jid.bare().toString());
        assertEquals(true, rules().isSubscriber(account, to.jid));
    }

    private PresenceRules rules() {
        return cluster.node(0).core.features().rules();
    }

    private static Presence show(String show) {
        return Presence.of(
                Presence.Type.AVAILABLE,
                null,
                null,
                Element.of("show", Namespaces.CLIENT).text(show).build());
    }

    // 4.2, 4.3: initial presence and probes

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whoComesIsSeenAndSeesThoseWhoAreThere(int node) throws Exception {
        Peer carol = cluster.node(2).client("carol", "c").available(0);
        Peer bob = cluster.node(node).client("bob", "b").available(5);
        bob.send(show("dnd"));
        bob.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        Peer phone = cluster.node(2).client("bob", "phone").available(-1);
        Presence own = phone.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        assertEquals("dnd", own.child("show", Namespaces.CLIENT).text());
        bob.expectPresence(Presence.Type.AVAILABLE, phone.jid);
        bob.expectNothing();
        phone.expectNothing();
        Peer alice = cluster.node(0).client("alice", "a").available(1);
        alice.expectPresences(Presence.Type.AVAILABLE, bob.jid, phone.jid);
        assertEquals(BOB, bob.expectPresence(Presence.Type.AVAILABLE, alice.jid).to());
        phone.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        // A client that is only connected hears of nobody.
        Peer connected = cluster.node(1).client("bob", "connected");
        connected.expectNothing();
        alice.expectNothing();
        carol.expectNothing();
    }

    // 4.4: subsequent presence

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aChangeIsToldToSubscribersAndOwnResources(int node) throws Exception {
        Peer alice = cluster.node(0).client("alice", "a").available(0);
        Peer other = cluster.node(1).client("alice", "other").available(0);
        alice.expectPresence(Presence.Type.AVAILABLE, other.jid);
        other.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.expectNothing();
        other.expectNothing();
        Peer bob = cluster.node(node).client("bob", "b").available(0);
        bob.expectPresences(Presence.Type.AVAILABLE, alice.jid, other.jid);
        alice.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        other.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        alice.send(show("away"));
        for (Peer peer : new Peer[] {alice, other, bob}) {
            Presence presence = peer.expectPresence(Presence.Type.AVAILABLE, alice.jid);
            assertEquals("away", presence.child("show", Namespaces.CLIENT).text());
        }
        // Nobody is asked again.
        alice.expectNothing();
    }

    // 4.5: unavailable

    @Test
    void whoSaysGoodbyeIsGoneForEverybodyOnce() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a").available(0);
        alice.expectNothing();
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        Peer carol = cluster.node(2).client("carol", "c");
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, carol.jid));
        carol.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        // Bob is told by subscription and need not be told twice.
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, BOB));
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        Element bye = Element.of("status", Namespaces.CLIENT).text("bye").build();
        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, null, bye));
        alice.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        for (Peer peer : new Peer[] {bob, carol}) {
            Presence gone = peer.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
            assertEquals("bye", gone.child("status", Namespaces.CLIENT).text());
        }
        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, null));
        alice.breaks();
        bob.expectNothing();
        carol.expectNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"breaks", "dies"})
    void whoGoesWithoutAWordIsGoneForSubscribers(String how) throws Exception {
        Peer alice = cluster.node(0).client("alice", "a").available(0);
        alice.expectNothing();
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        if (how.equals("breaks")) {
            alice.breaks();
        } else {
            cluster.kill(cluster.node(0));
            cluster.declareLost(cluster.node(0));
        }
        assertEquals(
                BOB,
                bob.expectPresence(Presence.Type.UNAVAILABLE, alice.jid).to().bare());
        bob.expectNothing();
    }

    // 4.6: directed presence

    @Test
    void directedPresenceIsForOneAndEndsWithTheSession() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer carol = cluster.node(1).client("carol", "c").available(0);
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, carol.jid));
        carol.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, carol.jid));
        carol.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, carol.jid));
        carol.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        // It makes nobody available for others.
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        bob.expectNothing();
        alice.breaks();
        carol.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bob.expectNothing();
    }

    // 4.7.2.3: priority

    @ParameterizedTest
    @ValueSource(strings = {"128", "-129", "x", "", "1.5", "99999999999"})
    void aBadPriorityIsRefusedAndNotPassedOn(String priority) throws Exception {
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        Peer alice = cluster.node(0).client("alice", "a");
        Element element =
                Element.of("priority", Namespaces.CLIENT).text(priority).build();
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, null, element));
        Presence refused = (Presence) alice.expect();
        assertEquals(Presence.Type.ERROR, refused.type());
        assertEquals(
                true, refused.content().xml().contains(Condition.BAD_REQUEST.elementName()), refused.content()::xml);
        alice.expectNothing();
        bob.expectNothing();
        alice.available(-128);
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
    }

    // 4.3.2: probes by others

    @Test
    void aProbeIsAnsweredToSubscribersOnly() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a").available(0);
        Peer bob = cluster.node(1).client("bob", "b");
        Peer carol = cluster.node(1).client("carol", "c");
        carol.send(Presence.of(Presence.Type.PROBE, null, ALICE));
        carol.expectNothing();
        bob.send(Presence.of(Presence.Type.PROBE, null, ALICE));
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, null));
        alice.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bob.send(Presence.of(Presence.Type.PROBE, null, ALICE));
        bob.expectPresence(Presence.Type.UNAVAILABLE, ALICE);
    }
}
