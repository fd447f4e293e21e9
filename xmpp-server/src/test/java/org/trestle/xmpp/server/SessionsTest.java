package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Change;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.BindResult;
import org.trestle.xmpp.stream.StreamError;

final class SessionsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(
                2,
                new SessionLimits(
                        3,
                        2,
                        10_000,
                        100,
                        Duration.ofMillis(250),
                        LONG,
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(30)));
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static StreamError.Condition why(Peer peer) throws Exception {
        StreamError error = peer.ended();
        assertNotNull(error);
        return error.condition();
    }

    @Test
    void aSessionWhoseJidIsGivenBackByAnotherNodeEnds() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Binding binding = cluster.node(1).directory.binding("alice@trestle.test", "a");
        assertNotNull(binding);
        cluster.node(1).directory.unbind(binding.account(), binding.resource(), binding.session());
        assertEquals(StreamError.Condition.POLICY_VIOLATION, why(alice));
    }

    @Test
    void theServerChoosesAResourceWhenNoneIsAsked() throws Exception {
        Peer one = cluster.node(0).client("alice", null);
        Peer two = cluster.node(0).client("alice", null);
        assertFalse(one.jid.equals(two.jid));
        assertEquals("phone", cluster.node(1).client("alice", "phone").jid.resource());
    }

    @Test
    void anAccountHasABoundedNumberOfSessions() throws Exception {
        cluster.node(0).client("alice", "1");
        cluster.node(1).client("alice", "2");
        cluster.node(1).client("alice", "3");
        BindResult result = new Peer(cluster.loop(), BareJid.of("alice@trestle.test")).bind(cluster.node(0), "4");
        assertEquals(
                StanzaError.Condition.RESOURCE_CONSTRAINT,
                assertInstanceOf(BindResult.Refused.class, result).error().condition());
        assertEquals(1, cluster.node(0).counted("xmpp.bind.refused"));
        cluster.node(0).client("alice", "2");
    }

    @Test
    void theNumberOfSessionsIsWhatTheClusterSays() throws Exception {
        set("max_sessions", "1");
        cluster.node(0).client("alice", "1");
        BindResult result = new Peer(cluster.loop(), BareJid.of("alice@trestle.test")).bind(cluster.node(1), "2");
        assertInstanceOf(BindResult.Refused.class, result);
    }

    @Test
    void theMessageOfTheDayComesOnceWithTheFirstPresence() throws Exception {
        set("motd", "Maintenance on <Sunday>");
        Peer alice = cluster.node(1).client("alice", "a").available(0);
        alice.expectMessage("Maintenance on <Sunday>");
        alice.available(1);
        Peer bob = cluster.node(0).client("bob", "b");
        bob.chat(alice.jid, "next");
        alice.expectMessage("next");
    }

    private void set(String name, String value) throws Exception {
        cluster.node(0)
                .tables
                .commit(Change.of()
                        .put("settings", name, value.getBytes(StandardCharsets.UTF_8))
                        .build())
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theNewerOfTwoSessionsOfOneJidWins(int node) throws Exception {
        Peer bob = cluster.node(0).client("bob", "b");
        Peer old = cluster.node(0).client("alice", "a").available(0);
        Peer fresh = cluster.node(node).client("alice", "a");
        assertEquals(StreamError.Condition.CONFLICT, why(old));
        bob.chat(fresh.jid, "for the new one");
        fresh.expectMessage("for the new one");
        assertEquals(1, cluster.node(0).directory.bindings("alice@trestle.test").size());
        assertEquals(
                node == 0 ? 2 : 1, cluster.node(0).core.sessions().size(), "bob's, and hers when it is on this node");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aReconnectAfterAnUncleanCloseLosesNothingSentAfterItsBind(int node) throws Exception {
        Peer bob = cluster.node(1).client("bob", "b");
        Jid jid = Jid.of("alice@trestle.test/a");
        for (int round = 0; round < 100; round++) {
            Peer alice = cluster.node(round % 2 == 0 ? 0 : node).client("alice", "a");
            for (int i = 0; i < 20; i++) {
                bob.chat(jid, round + "." + i);
            }
            for (int i = 0; i < 20; i++) {
                alice.expectMessage(round + "." + i);
            }
            if (round % 3 == 0) {
                alice.breaks();
            }
        }
        bob.expectNothing();
    }

    @Test
    void aForeignSenderEndsTheStreamAndOnesOwnIsStamped() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b");
        Peer alice = cluster.node(0).client("alice", "a");
        for (String own : List.of("alice@trestle.test", "alice@trestle.test/a")) {
            alice.send(new Message(Message.Type.CHAT, bob.jid, Jid.of(own), null, null, Peer.body("mine")));
            assertEquals(alice.jid, bob.expectMessage("mine").from());
        }
        alice.send(
                new Message(Message.Type.CHAT, bob.jid, Jid.of("alice@trestle.test/x"), null, null, Peer.body("no")));
        assertEquals(StreamError.Condition.INVALID_FROM, why(alice));
        bob.expectNothing();
        assertNull(cluster.node(1).directory.binding("alice@trestle.test", "a"));
        assertEquals(1, cluster.node(0).counted("xmpp.endpoint.closed", "why", "invalid-from"));
    }

    @Test
    void presenceIsPublishedAndTakenBack() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        assertEquals(0, binding("alice", "a").attributes().length);
        alice.available(-7);
        assertEquals(-7, binding("alice", "a").attributes()[0]);
        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, null));
        alice.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        assertEquals(0, binding("alice", "a").attributes().length);
    }

    private Binding binding(String account, String resource) {
        return cluster.node(1).directory.binding(account + "@trestle.test", resource);
    }

    @Test
    void theResourcesOfAnAccountSeeEachOther() throws Exception {
        Peer phone = cluster.node(0).client("alice", "phone").available(1);
        Peer desk = cluster.node(1).client("alice", "desk").available(2);
        phone.expectPresence(Presence.Type.AVAILABLE, desk.jid);
        desk.expectPresence(Presence.Type.AVAILABLE, phone.jid);
        desk.send(Presence.of(Presence.Type.UNAVAILABLE, null, null));
        phone.expectPresence(Presence.Type.UNAVAILABLE, desk.jid);
        desk.expectPresence(Presence.Type.UNAVAILABLE, desk.jid);
        desk.available(3);
        phone.expectPresence(Presence.Type.AVAILABLE, desk.jid);
        desk.expectPresence(Presence.Type.AVAILABLE, phone.jid);
        desk.breaks();
        phone.expectPresence(Presence.Type.UNAVAILABLE, desk.jid);
        phone.expectNothing();
    }

    @Test
    void whoWasToldDirectlyIsToldOfTheGoodbyeOnce() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b");
        Peer bridge = cluster.node(1).component("cb1");
        Peer alice = cluster.node(0).client("alice", "a");
        Jid room = Jid.of("room@cb1.trestle.test/alice");
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, bob.jid));
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, room));
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        bridge.expectPresence(Presence.Type.AVAILABLE, alice.jid);

        alice.send(Presence.of(Presence.Type.AVAILABLE, null, Jid.of("carol@trestle.test/c")));
        alice.expectError(StanzaError.Condition.RESOURCE_CONSTRAINT, "carol@trestle.test/c");

        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, null));
        bob.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        assertEquals(
                room,
                bridge.expectPresence(Presence.Type.UNAVAILABLE, alice.jid).to());

        alice.send(Presence.of(Presence.Type.AVAILABLE, null, bob.jid));
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, room));
        bridge.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, room));
        bridge.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        alice.breaks();
        bob.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bob.expectNothing();
        bridge.expectNothing();
    }

    @Test
    void aProbeIsAnsweredToThoseWhoWereTold() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b");
        Peer alice = cluster.node(0).client("alice", "a").available(0);
        bob.send(Presence.of(Presence.Type.PROBE, null, alice.jid)).expectNothing();
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, bob.jid));
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        bob.send(Presence.of(Presence.Type.PROBE, null, Jid.of("alice@trestle.test")));
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.expectNothing();
    }

    @Test
    void aNodeWithoutClusterEndsItsStreamsAndTakesNone() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bridge = cluster.node(0).component("cb1");
        Peer bob = cluster.node(1).client("bob", "b");
        cluster.log().cut(cluster.node(0).id, true);
        cluster.node(0).serve(false);
        assertEquals(StreamError.Condition.SYSTEM_SHUTDOWN, why(alice));
        StreamError error = bridge.ended();
        assertNotNull(error);
        assertEquals("this node has lost its cluster; connect to another node", error.text());
        assertFalse(cluster.node(0).core.sessions().accepting());
        assertFalse(cluster.node(0).core.components().accepting());
        assertInstanceOf(
                BindResult.Refused.class,
                new Peer(cluster.loop(), BareJid.of("alice@trestle.test")).bind(cluster.node(0), "a"));
        assertFalse(bob.isEnded());

        // The Jids could not be given back meanwhile; they are as soon as there is a cluster again.
        cluster.log().cut(cluster.node(0).id, false);
        assertNotNull(binding("alice", "a"));
        cluster.node(0).serve(true);
        cluster.timers.advance(Duration.ofSeconds(2));
        assertNull(binding("alice", "a"));
        assertNull(cluster.node(1).directory.active("cb1.trestle.test"));
        assertTrue(cluster.node(0).core.sessions().accepting());
        cluster.node(0).client("alice", "a");
    }

    @Test
    void anAccountThatIsRemovedHasNoSessions() throws Exception {
        cluster.node(0)
                .tables
                .commit(Change.of()
                        .put("users", "alice@trestle.test", new byte[1])
                        .build())
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
        Peer alice = cluster.node(1).client("alice", "a");
        Peer bob = cluster.node(1).client("bob", "b");
        cluster.node(0)
                .tables
                .commit(Change.of().delete("users", "alice@trestle.test").build())
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
        assertEquals(StreamError.Condition.NOT_AUTHORIZED, why(alice));
        bob.expectNothing();
    }

    @Test
    void aBindThatTheClusterDoesNotAnswerIsRefused() throws Exception {
        cluster.log().cut(cluster.node(0).id, true);
        assertInstanceOf(
                BindResult.Refused.class,
                new Peer(cluster.loop(), BareJid.of("alice@trestle.test")).bind(cluster.node(0), "a"));
        assertEquals(0, cluster.node(0).core.sessions().size());
    }
}
