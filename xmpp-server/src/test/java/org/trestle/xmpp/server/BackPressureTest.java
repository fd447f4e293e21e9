package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.StreamError;

/** Who does not read slows those who write to it, and is closed in the end; who is silent is asked whether it lives. */
final class BackPressureTest {
    private static final int EXCESS = 5;
    private static final int STANZA = "<body>0</body>".length() + 256;
    private static final Duration HOLD = Duration.ofMillis(250);
    private static final Duration SLOW = Duration.ofSeconds(60);

    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(
                2,
                new SessionLimits(
                        5, 5, EXCESS * STANZA, 100, HOLD, SLOW, Duration.ofSeconds(120), Duration.ofSeconds(30)));
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSlowReceiverStopsItsSendersUntilItReads(int node) throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bridge = cluster.node(0).component("cb1");
        Peer bob = cluster.node(node).client("bob", "b");
        Peer carol = cluster.node(node).client("carol", "c");
        bob.writable(false);
        alice.chat(bob.jid, "1");
        assertFalse(alice.reading());
        bridge.send(
                new Message(Message.Type.CHAT, bob.jid, Jid.of("room@cb1.trestle.test"), null, null, Peer.body("2")));
        assertFalse(bridge.reading());
        bridge.send(
                new Message(Message.Type.CHAT, bob.jid, Jid.of("other@cb1.trestle.test"), null, null, Peer.body("3")));
        bob.expectMessage("1");
        bob.expectMessage("2");
        bob.expectMessage("3");
        carol.chat(alice.jid, "not concerned");
        alice.expectMessage("not concerned");
        assertTrue(carol.readingUnchanged());
        bob.writable(true);
        assertTrue(alice.reading());
        assertTrue(bridge.reading());
        assertTrue(alice.readingUnchanged() && bridge.readingUnchanged());
    }

    /** The call bridge of everybody: one who does not read must not silence it for the others. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSenderGoesOnAfterAShortWhileAlthoughOneReceiverDoesNotRead(int node) throws Exception {
        Peer bridge = cluster.node(0).component("cb1");
        Peer bob = cluster.node(node).client("bob", "b").writable(false);
        Peer carol = cluster.node(node).client("carol", "c");
        bridge.send(chat("room@cb1.trestle.test", bob.jid, "0"));
        assertFalse(bridge.reading());
        cluster.timers.advance(HOLD);
        assertTrue(bridge.reading());
        for (int i = 1; i < EXCESS + 3; i++) {
            bridge.send(chat("room@cb1.trestle.test", bob.jid, Integer.toString(i)));
            bridge.send(chat("room@cb1.trestle.test", carol.jid, Integer.toString(i)));
        }
        for (int i = 1; i < EXCESS + 3; i++) {
            carol.expectMessage(Integer.toString(i));
        }
        for (int i = 0; i <= EXCESS; i++) {
            bob.expectMessage(Integer.toString(i));
        }
        for (int i = EXCESS + 1; i < EXCESS + 3; i++) {
            Stanza bounced = bridge.expect();
            assertEquals(bob.jid, bounced.from());
            assertTrue(bounced.isError());
        }
        assertTrue(bridge.readingUnchanged());
        assertEquals(1, cluster.node(0).counted("xmpp.source.hold-expired"));
    }

    /** What was used of the time that a source is stopped comes back at a tenth of the pace. */
    @Test
    void manySlowReceiversTogetherStopASenderNoLongerThanOne() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(0).client("bob", "b").writable(false);
        Peer carol = cluster.node(0).client("carol", "c").writable(false);
        Peer dave = cluster.node(0).client("dave", "d").writable(false);
        alice.chat(bob.jid, "1");
        assertFalse(alice.reading());
        cluster.timers.advance(HOLD);
        assertTrue(alice.reading());
        alice.chat(carol.jid, "2");
        carol.expectMessage("2");
        // Carol's loop has asked Alice's to stop, and that has decided.
        carol.on(() -> true);
        alice.on(() -> true);
        assertTrue(alice.readingUnchanged());
        assertEquals(1, cluster.node(0).counted("xmpp.source.not-held"));
        cluster.timers.advance(HOLD.multipliedBy(10));
        alice.chat(dave.jid, "3");
        assertFalse(alice.reading());
        dave.writable(true);
        bob.writable(true);
        assertTrue(alice.readingUnchanged());
        carol.writable(true);
        assertTrue(alice.reading());
    }

    /** Nobody would answer for it, so the peer must not believe that it has all. */
    @Test
    void whoCannotBeToldOfPresenceOrAnAnswerIsClosed() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(1).client("bob", "b").writable(false);
        for (int i = 0; i <= EXCESS; i++) {
            alice.chat(bob.jid, Integer.toString(i));
        }
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, bob.jid));
        StreamError error = bob.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.RESOURCE_CONSTRAINT, error.condition());
        assertEquals(1, cluster.node(1).counted("xmpp.route.dropped", "why", "to-slow"));
        assertEquals(1, cluster.node(1).counted("xmpp.endpoint.closed", "why", "overrun"));
    }

    private static Message chat(String from, Jid to, String body) {
        return new Message(Message.Type.CHAT, to, Jid.of(from), null, null, Peer.body(body));
    }

    @Test
    void aSenderWithTwoSlowReceiversGoesOnWhenBothRead() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(0).client("bob", "b").writable(false);
        Peer carol = cluster.node(1).client("carol", "c").writable(false);
        alice.chat(bob.jid, "1").chat(carol.jid, "2");
        bob.expectMessage("1");
        carol.expectMessage("2");
        assertFalse(alice.reading());
        bob.writable(true);
        cluster.node(0).client("dave", "d").chat(alice.jid, "later");
        alice.expectMessage("later");
        carol.breaks();
        assertTrue(alice.reading());
    }

    @Test
    void aCongestedLinkStopsItsSendersUntilItTakesMore() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(1).client("bob", "b");
        cluster.node(0).congested(true);
        alice.chat(bob.jid, "1");
        bob.expectMessage("1");
        assertFalse(alice.reading());
        cluster.node(0).congested(false);
        assertTrue(alice.reading());
        alice.chat(bob.jid, "2");
        bob.expectMessage("2");
        assertTrue(alice.readingUnchanged());
    }

    @Test
    void whatGoesOnComingIsBouncedBeyondTheLimit() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(1).client("bob", "b").writable(false);
        for (int i = 0; i <= EXCESS + 1; i++) {
            alice.chat(bob.jid, Integer.toString(i));
        }
        alice.expectError(StanzaError.Condition.RESOURCE_CONSTRAINT, bob.jid.toString());
        for (int i = 0; i <= EXCESS; i++) {
            bob.expectMessage(Integer.toString(i));
        }
        assertEquals(1, cluster.node(1).counted("xmpp.endpoint.full"));
        bob.writable(true);
        alice.chat(bob.jid, "again");
        bob.expectMessage("again");
    }

    @Test
    void whoDoesNotReadForALongTimeIsClosed() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(0).client("bob", "b").writable(false);
        alice.chat(bob.jid, "1");
        assertFalse(alice.reading());
        cluster.timers.advance(SLOW.minusSeconds(5));
        alice.expectNothing();
        assertFalse(bob.isEnded());
        cluster.timers.advance(Duration.ofSeconds(10));
        StreamError error = bob.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.RESOURCE_CONSTRAINT, error.condition());
        assertTrue(alice.reading());
        assertEquals(1, cluster.node(0).counted("xmpp.endpoint.closed", "why", "slow-reader"));
    }

    @Test
    void aHolderWhoseWordWasLostDoesNotStopASenderForEver() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(1).client("bob", "b").writable(false);
        alice.chat(bob.jid, "1");
        assertFalse(alice.reading());
        cluster.kill(cluster.node(1));
        cluster.timers.advance(SLOW.multipliedBy(2).plusSeconds(5));
        assertTrue(alice.reading());
    }

    @Test
    void aWhiteSpaceIsASignOfLife() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(0).client("bob", "b");
        cluster.timers.advance(Duration.ofSeconds(65));
        assertNotNull(alice.spaces.poll(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertNotNull(bob.spaces.poll(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS));
        alice.space();
        cluster.timers.advance(Duration.ofSeconds(60));
        assertEquals("ping", ((Iq) bob.expect()).content().firstName());
        assertTrue(bob.spaces.isEmpty());
        alice.expectNothing();
    }

    @Test
    void whoIsSilentIsAskedAndClosedWhenItDoesNotAnswer() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bridge = cluster.node(0).component("cb1");
        cluster.timers.advance(Duration.ofSeconds(125));
        Iq asked = (Iq) alice.expect();
        assertEquals(Jid.of("trestle.test"), asked.from());
        assertEquals("ping", asked.content().firstName());
        assertEquals("urn:xmpp:ping", asked.content().firstNamespace());
        Iq bridgeAsked = (Iq) bridge.expect();
        assertEquals(bridge.jid, bridgeAsked.to());
        alice.send(asked.result()).expectNothing();
        cluster.timers.advance(Duration.ofSeconds(40));
        StreamError error = bridge.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.CONNECTION_TIMEOUT, error.condition());
        alice.expectNothing();
        assertFalse(alice.isEnded());
        assertEquals(1, cluster.node(0).counted("xmpp.endpoint.closed", "why", "no-answer"));
    }
}
