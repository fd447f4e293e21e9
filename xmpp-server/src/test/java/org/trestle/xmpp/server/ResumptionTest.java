package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.ManagementLimits;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.ResumeResult;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** Acknowledgements and resumption (XEP-0198) above the stream. */
final class ResumptionTest {
    private static final Duration TIME = Duration.ofMinutes(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int MOST = 40;

    private TestCluster cluster;
    private Peer alice;
    private Peer bob;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(
                2,
                new SessionLimits(
                        50,
                        5,
                        1_000_000,
                        100,
                        Duration.ofMillis(250),
                        Duration.ofSeconds(60),
                        Duration.ofHours(1),
                        ANSWER,
                        new ManagementLimits(TIME, MOST, 1_000_000, 2)));
        alice = cluster.node(0).client("alice", "a");
        bob = cluster.node(1).client("bob", "b");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private String enabled(Peer peer) throws Exception {
        String id = peer.enable(true, 0);
        assertNotNull(id);
        return id;
    }

    private Peer fresh(String account) {
        return new Peer(cluster.loop(), BareJid.of(account + "@" + TestCluster.DOMAIN));
    }

    private ResumeResult.Resumed resumed(Peer old, Peer fresh, String id, int count) throws Exception {
        return assertInstanceOf(ResumeResult.Resumed.class, old.resume(cluster.node(1), fresh, id, count));
    }

    private double counted(String event) {
        return cluster.node(1).counted("xmpp.resumption", "event", event);
    }

    @Test
    void stanzasAreCountedFromTheMomentItIsEnabled() throws Exception {
        bob.chat(alice.jid, "before");
        alice.expectMessage("before");
        enabled(bob);
        assertEquals(0, bob.handled());
        bob.chat(alice.jid, "after");
        alice.expectMessage("after");
        assertEquals(1, bob.handled());
        assertNull(bob.acknowledge(0));
        alice.chat(bob.jid, "1");
        bob.expectMessage("1");
        assertNull(bob.acknowledge(1));
        StreamError error = bob.acknowledge(2);
        assertNotNull(error);
        assertEquals(StreamError.Condition.UNDEFINED_CONDITION, error.condition());
        Element exact = error.application();
        assertNotNull(exact);
        assertTrue(exact.is("handled-count-too-high", "urn:xmpp:sm:3"));
        assertEquals("2", exact.attribute("h"));
        assertEquals("1", exact.attribute("send-count"));
        assertNotNull(bob.acknowledge(0));
    }

    @Test
    void aClientIsAskedWhenManyWaitOrASecondHasPassed() throws Exception {
        enabled(bob);
        alice.chat(bob.jid, "0");
        bob.expectMessage("0");
        assertTrue(bob.requests.isEmpty());
        cluster.timers.advance(ServerCore.TICK);
        assertNotNull(bob.requests.poll(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertNull(bob.acknowledge(1));
        for (int i = 1; i <= 16; i++) {
            alice.chat(bob.jid, Integer.toString(i));
            bob.expectMessage(Integer.toString(i));
        }
        assertNotNull(bob.requests.poll(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(bob.requests.isEmpty());
    }

    /** RFC 6120 4.9.3.16: the stream and its security context are over; what was done on it is not. */
    @Test
    void aStreamEndsWithItsCertificateAndTheSessionGoesOnWithAnother() throws Exception {
        String id = enabled(bob);
        bob.validUntil = cluster.timers.now().plusSeconds(3);
        cluster.timers.advance(Duration.ofSeconds(2));
        bob.expectNothing();
        cluster.timers.advance(Duration.ofSeconds(1));
        assertEquals(StreamError.Condition.RESET, bob.ended().condition());
        alice.chat(bob.jid, "meanwhile");
        alice.expectNothing();
        Peer again = fresh("bob");
        resumed(bob, again, id, 1);
        again.expectMessage("meanwhile");
    }

    @Test
    void aSessionGoesOnWithAnotherConnection() throws Exception {
        alice.available(0);
        String id = enabled(bob);
        bob.send(Presence.of(Presence.Type.AVAILABLE, null, alice.jid));
        alice.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        alice.chat(bob.jid, "1");
        bob.expectMessage("1");
        alice.chat(bob.jid, "2");
        bob.expectMessage("2");
        bob.breaks();
        alice.chat(bob.jid, "3");
        alice.expectNothing();
        cluster.settle();
        Peer again = fresh("bob");
        ResumeResult.Resumed resumed = resumed(bob, again, id, 1);
        assertEquals(1, resumed.handled());
        again.expectMessage("2");
        again.expectMessage("3");
        alice.chat(bob.jid, "4");
        again.expectMessage("4");
        assertNull(again.acknowledge(4));
        again.chat(alice.jid, "5");
        assertEquals(bob.jid, alice.expectMessage("5").from());
        assertEquals(2, again.handled());
        alice.expectNothing();
        assertEquals(1, counted("lost"));
        assertEquals(1, counted("resumed"));
    }

    @Test
    void aConnectionThatSeemsOpenIsReplaced() throws Exception {
        String id = enabled(bob);
        alice.chat(bob.jid, "1");
        bob.expectMessage("1");
        Peer again = fresh("bob");
        resumed(bob, again, id, 0);
        StreamError error = bob.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.CONFLICT, error.condition());
        again.expectMessage("1");
        bob.chat(alice.jid, "nobody hears this");
        again.chat(alice.jid, "2");
        alice.expectMessage("2");
        Peer third = fresh("bob");
        resumed(again, third, id, 1);
        alice.chat(bob.jid, "3");
        third.expectMessage("3");
    }

    @Test
    void whatNobodyResumesGoesWhereItWouldHaveGoneWithoutTheSession() throws Exception {
        Peer phone = cluster.node(0).client("bob", "phone").available(1);
        String id = enabled(bob);
        bob.breaks();
        alice.chat(bob.jid, "chat");
        alice.message(Message.Type.NORMAL, bob.jid.toString(), "normal");
        alice.send(Iq.of(
                Iq.Type.GET,
                null,
                bob.jid,
                "ask",
                Element.of("ping", "urn:xmpp:ping").build()));
        cluster.settle();
        alice.expectNothing();
        cluster.timers.advance(TIME.minusSeconds(2));
        alice.expectNothing();
        phone.expectNothing();
        cluster.timers.advance(Duration.ofSeconds(4));
        Message chat = phone.expectMessage("chat");
        Element delay = chat.child("delay", "urn:xmpp:delay");
        assertNotNull(delay);
        assertEquals("trestle.test", delay.attribute("from"));
        assertNotNull(delay.attribute("stamp"));
        alice.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, bob.jid.toString());
        alice.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, bob.jid.toString());
        alice.expectNothing();
        assertEquals(1, counted("too-late"));
        ResumeResult.Failed failed =
                assertInstanceOf(ResumeResult.Failed.class, bob.resume(cluster.node(1), fresh("bob"), id, 0));
        assertEquals(StanzaError.Condition.ITEM_NOT_FOUND, failed.condition());
        assertEquals(0, failed.handled());
    }

    @Test
    void othersHearOfTheEndWhenTheTimeIsOver() throws Exception {
        alice.available(0);
        enabled(bob);
        bob.send(Presence.of(Presence.Type.AVAILABLE, null, alice.jid));
        alice.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        bob.breaks();
        cluster.timers.advance(TIME.minusSeconds(2));
        alice.expectNothing();
        cluster.timers.advance(Duration.ofSeconds(4));
        alice.expectPresence(Presence.Type.UNAVAILABLE, bob.jid);
    }

    @Test
    void aClientMayAskForLessTime() throws Exception {
        alice.available(0);
        assertNotNull(bob.enable(true, 10));
        bob.send(Presence.of(Presence.Type.AVAILABLE, null, alice.jid));
        alice.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        bob.breaks();
        cluster.timers.advance(Duration.ofSeconds(11));
        alice.expectPresence(Presence.Type.UNAVAILABLE, bob.jid);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionThatCannotBeResumedEndsWithItsConnection(boolean clean) throws Exception {
        assertEquals(clean, bob.enable(clean, 0) != null);
        alice.message(Message.Type.NORMAL, bob.jid.toString(), "not acknowledged");
        bob.expectMessage("not acknowledged");
        if (clean) {
            bob.closes();
        } else {
            bob.breaks();
        }
        alice.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, bob.jid.toString());
        assertEquals(0, counted("lost"));
    }

    @Test
    void aNewSessionOfTheSameJidGetsWhatTheOldOneMissed() throws Exception {
        enabled(bob);
        alice.chat(bob.jid, "1");
        bob.expectMessage("1");
        bob.breaks();
        Peer again = cluster.node(0).client("bob", "b");
        assertNotNull(again.expectMessage("1").child("delay", "urn:xmpp:delay"));
        alice.chat(bob.jid, "2");
        again.expectMessage("2");
    }

    @Test
    void nobodyElseCanResumeIt() throws Exception {
        String id = enabled(bob);
        bob.breaks();
        Peer eve = fresh("eve");
        ResumeResult.Failed failed =
                assertInstanceOf(ResumeResult.Failed.class, eve.resume(cluster.node(1), fresh("eve"), id, 0));
        assertNull(failed.handled());
        assertInstanceOf(ResumeResult.Failed.class, bob.resume(cluster.node(1), fresh("bob"), id + "x", 0));
        ResumeResult.Broken broken =
                assertInstanceOf(ResumeResult.Broken.class, bob.resume(cluster.node(1), fresh("bob"), id, 1));
        assertEquals(StreamError.Condition.UNDEFINED_CONDITION, broken.error().condition());
        resumed(bob, fresh("bob"), id, 0);
        assertEquals(2, counted("refused"));
    }

    @Test
    void aSessionWithoutConnectionKeepsABoundedNumber() throws Exception {
        enabled(bob);
        bob.breaks();
        for (int i = 0; i < MOST; i++) {
            alice.message(Message.Type.NORMAL, bob.jid.toString(), Integer.toString(i));
        }
        for (int i = 0; i < MOST; i++) {
            alice.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, bob.jid.toString());
        }
        assertEquals(1, counted("crowded"));
        assertTrue(alice.readingUnchanged());
    }

    @Test
    void aClientThatAcknowledgesNothingIsSlow() throws Exception {
        enabled(bob);
        for (int i = 0; i < MOST; i++) {
            alice.chat(bob.jid, Integer.toString(i));
        }
        assertFalse(alice.reading());
        for (int i = 0; i < MOST; i++) {
            bob.expectMessage(Integer.toString(i));
        }
        assertNull(bob.acknowledge(MOST));
        assertTrue(alice.reading());
    }

    @Test
    void aClientThatDoesNotAnswerLosesItsConnectionAndNotItsSession() throws Exception {
        String id = enabled(bob);
        alice.chat(bob.jid, "1");
        bob.expectMessage("1");
        cluster.timers.advance(Duration.ofSeconds(2));
        assertNotNull(bob.requests.poll(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS));
        cluster.timers.advance(ANSWER.plusSeconds(2));
        StreamError error = bob.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.CONNECTION_TIMEOUT, error.condition());
        Peer again = fresh("bob");
        resumed(bob, again, id, 0);
        again.expectMessage("1");
    }

    @Test
    void whatWasForTheAccountIsNotShownTwice() throws Exception {
        Peer phone = cluster.node(0).client("bob", "phone").available(0);
        enabled(bob);
        bob.available(0);
        phone.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        bob.expectPresence(Presence.Type.AVAILABLE, phone.jid);
        alice.message(Message.Type.CHAT, "bob@trestle.test", "both");
        phone.expectMessage("both");
        bob.expectMessage("both");
        bob.breaks();
        cluster.timers.advance(TIME.plusSeconds(2));
        phone.expectPresence(Presence.Type.UNAVAILABLE, bob.jid);
        // The loop on which the session ended has finished with it.
        bob.on(() -> true);
        phone.expectNothing();
        alice.expectNothing();
        assertEquals(Jid.of("bob@trestle.test/phone"), phone.jid);
        assertEquals(1, cluster.node(1).counted("xmpp.route.dropped", "why", "elsewhere"));
    }

    @Test
    void whatNobodyElseCanTakeWaitsForTheAccount() throws Exception {
        cluster.node(0)
                .accounts
                .add("bob@trestle.test", "secret", false)
                .toCompletableFuture()
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        enabled(bob);
        bob.available(0);
        alice.message(Message.Type.CHAT, "bob@trestle.test", "to the account");
        alice.chat(bob.jid, "to the resource");
        bob.expectMessage("to the account");
        bob.expectMessage("to the resource");
        bob.breaks();
        cluster.timers.advance(TIME.plusSeconds(2));
        bob.on(() -> true);
        Peer later = cluster.node(0).client("bob", "later").available(0);
        List<String> bodies = new ArrayList<>();
        while (bodies.size() < 2) {
            // Between them the store may ask whether they have come.
            if (later.expect() instanceof Message message) {
                bodies.add(body(message));
                assertEquals(
                        1,
                        message.children().stream()
                                .filter(child -> child.is("delay", "urn:xmpp:delay"))
                                .count());
            }
        }
        assertEquals(List.of("to the account", "to the resource"), bodies);
        alice.expectNothing();
    }

    private static String body(Message message) {
        Element body = message.child("body", Namespaces.CLIENT);
        assertNotNull(body);
        return body.text();
    }

    @Test
    void aCarbonIsNotFollowedByTheMessage() throws Exception {
        Peer phone = cluster.node(0).client("bob", "phone");
        phone.send(Iq.of(
                Iq.Type.SET,
                null,
                null,
                "carbons",
                Element.of("enable", "urn:xmpp:carbons:2").build()));
        phone.expectIq(Iq.Type.RESULT, "carbons");
        enabled(bob);
        alice.chat(bob.jid, "1");
        bob.expectMessage("1");
        Message copy = assertInstanceOf(Message.class, phone.expect());
        assertNotNull(copy.child("received", "urn:xmpp:carbons:2"));
        bob.breaks();
        cluster.timers.advance(TIME.plusSeconds(2));
        bob.on(() -> true);
        phone.expectNothing();
        alice.expectNothing();
        assertEquals(1, cluster.node(1).counted("xmpp.route.dropped", "why", "elsewhere"));
    }
}
