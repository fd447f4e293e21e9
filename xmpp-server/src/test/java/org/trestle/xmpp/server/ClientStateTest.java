package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stream.ResumeResult;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** XEP-0352: what an inactive client gets, and when. */
final class ClientStateTest {
    private static final String CHAT_STATES = "http://jabber.org/protocol/chatstates";

    private TestCluster cluster;
    private Peer bridge;
    private Peer bob;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
        bridge = cluster.node(0).component("cb1");
        bob = cluster.node(1).client("bob", "b").available(0);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static Jid occupant(String name) {
        return Jid.of("room@cb1.trestle.test/" + name);
    }

    private void says(String name, Presence.Type type, String status) {
        bridge.send(Presence.of(
                type,
                occupant(name),
                bob.jid,
                Element.of("status", Namespaces.CLIENT).text(status).build()));
    }

    private void state(Message.Type type, String name) {
        bridge.send(Message.of(
                type,
                occupant("x"),
                bob.jid,
                Element.of(name, CHAT_STATES).build(),
                Element.of("thread", Namespaces.CLIENT).text("t").build()));
    }

    private void expectStatus(String name, String status) throws Exception {
        Presence presence = assertInstanceOf(Presence.class, bob.expect());
        assertEquals(occupant(name), presence.from());
        assertEquals(status, presence.child("status", Namespaces.CLIENT).text());
    }

    private void hello() {
        bridge.send(Message.of(
                Message.Type.GROUPCHAT,
                occupant("x"),
                bob.jid,
                Element.of("body", Namespaces.CLIENT).text("hello").build()));
    }

    @Test
    void presenceComesWithTheNextThatMattersAndOnlyTheLastOfEachSender() throws Exception {
        bob.nonza("inactive");
        says("ann", Presence.Type.AVAILABLE, "1");
        says("ben", Presence.Type.AVAILABLE, "2");
        says("ann", Presence.Type.AVAILABLE, "3");
        says("cid", Presence.Type.AVAILABLE, "4");
        says("cid", Presence.Type.UNAVAILABLE, "5");
        says("ben", Presence.Type.AVAILABLE, "6");
        hello();
        expectStatus("ann", "3");
        expectStatus("cid", "5");
        expectStatus("ben", "6");
        bob.expectMessage("hello");
        says("ann", Presence.Type.AVAILABLE, "7");
        hello();
        expectStatus("ann", "7");
        bob.expectMessage("hello");
        bob.expectNothing();
        assertEquals(3.0, cluster.node(1).counted("xmpp.csi.saved"));
    }

    @Test
    void anActiveClientGetsAllAtOnceAndThenAsItComes() throws Exception {
        bob.nonza("inactive").nonza("inactive");
        says("ann", Presence.Type.AVAILABLE, "1");
        hello();
        expectStatus("ann", "1");
        bob.expectMessage("hello");
        bob.nonza("active").nonza("active");
        says("ann", Presence.Type.AVAILABLE, "2");
        says("ann", Presence.Type.AVAILABLE, "3");
        state(Message.Type.CHAT, "composing");
        expectStatus("ann", "2");
        expectStatus("ann", "3");
        assertEquals("composing", bob.expect().children().get(0).name());
        bob.nonza("inactive");
        says("ann", Presence.Type.AVAILABLE, "4");
        says("ben", Presence.Type.AVAILABLE, "5");
        hello();
        expectStatus("ann", "4");
        expectStatus("ben", "5");
        bob.expectMessage("hello");
    }

    @Test
    void whatHasWaitedIsSentBeforeTheClientIsAnswered() throws Exception {
        // Its own session: what it hears of another resource comes over its own loop.
        bob.nonza("inactive");
        Peer other = cluster.node(1).client("bob", "other");
        other.send(Presence.of(Presence.Type.AVAILABLE, null, null));
        other.expectPresence(Presence.Type.AVAILABLE, other.jid);
        // bob's answer to the probe shows that his session has the presence that comes before it.
        other.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        bob.nonza("active");
        bob.expectPresence(Presence.Type.AVAILABLE, other.jid);
        bob.expectNothing();
    }

    @Test
    void chatStatesAreLeftOutAndTheirCopiesToo() throws Exception {
        bob.send(Iq.of(
                Iq.Type.SET,
                null,
                null,
                "c",
                Element.of("enable", "urn:xmpp:carbons:2").build()));
        bob.expectIq(Iq.Type.RESULT, "c");
        Peer other = cluster.node(0).client("bob", "other");
        bob.nonza("inactive").on(() -> true);
        state(Message.Type.CHAT, "composing");
        state(Message.Type.GROUPCHAT, "paused");
        other.send(Message.of(
                Message.Type.CHAT,
                null,
                occupant("x"),
                Element.of("gone", CHAT_STATES).build()));
        bridge.expect();
        bridge.send(Message.of(
                Message.Type.CHAT,
                occupant("x"),
                bob.jid,
                Element.of("body", Namespaces.CLIENT).text("text").build(),
                Element.of("active", CHAT_STATES).build()));
        bob.expectMessage("text");
    }

    @Test
    void whatWantsAnAnswerDoesNotWait() throws Exception {
        bob.nonza("inactive");
        says("ann", Presence.Type.AVAILABLE, "1");
        bridge.send(Presence.of(Presence.Type.ERROR, occupant("room"), bob.jid));
        expectStatus("ann", "1");
        bob.expectPresence(Presence.Type.ERROR, occupant("room"));
        // A subscription goes by the rosters, not the way of other presence.
        bridge.send(Presence.of(Presence.Type.SUBSCRIBE, bridge.jid, bob.jid.bare()));
        bob.expectPresence(Presence.Type.SUBSCRIBE, bridge.jid);
    }

    @Test
    void whatWaitsIsBounded() throws Exception {
        bob.nonza("inactive");
        for (int i = 0; i <= 1_000; i++) {
            says("n" + i, Presence.Type.AVAILABLE, "s" + i);
        }
        for (int i = 0; i <= 1_000; i++) {
            expectStatus("n" + i, "s" + i);
        }
        String large = "x".repeat(100_000);
        for (int i = 0; i < 3; i++) {
            says("n" + i, Presence.Type.AVAILABLE, large);
        }
        for (int i = 0; i < 3; i++) {
            expectStatus("n" + i, large);
        }
    }

    @Test
    void aResumedStreamIsActive() throws Exception {
        String id = bob.enable(true, 0);
        bob.nonza("inactive");
        says("ann", Presence.Type.AVAILABLE, "1");
        hello();
        expectStatus("ann", "1");
        bob.expectMessage("hello");
        bob.breaks();
        says("ann", Presence.Type.AVAILABLE, "2");
        Peer fresh = new Peer(cluster.loop(), BareJid.of("bob@trestle.test"));
        assertInstanceOf(ResumeResult.Resumed.class, bob.resume(cluster.node(1), fresh, id, 2));
        says("ann", Presence.Type.AVAILABLE, "3");
        // The second presence has waited, or it came after the resumption: either way before the third.
        for (String status : new String[] {"2", "3"}) {
            Stanza stanza = fresh.expect();
            assertEquals(status, stanza.child("status", Namespaces.CLIENT).text());
        }
    }

    @Test
    void onlyKnownElementsAreTaken() throws Exception {
        assertFalse(bob.nonzaTaken(Element.of("sleeping", "urn:xmpp:csi:0").build()));
        assertFalse(bob.nonzaTaken(Element.of("active", "urn:xmpp:other").build()));
    }
}
