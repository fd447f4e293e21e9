package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.StreamError;

/** Nodes die, lag, and come back; sessions and components move. */
final class NodeLossTest {
    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(3);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static Peer tells(Peer sender, Jid to, Peer receiver) throws Exception {
        sender.send(Presence.of(Presence.Type.AVAILABLE, null, to));
        receiver.expectPresence(Presence.Type.AVAILABLE, sender.jid);
        return sender;
    }

    @Test
    void whoHadThePresenceOfALostNodesSessionsIsTold() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        Peer bridge = cluster.node(2).component("cb1");
        Peer dave = cluster.node(1).client("dave", "d");
        Peer alice = cluster.node(0).client("alice", "a");
        Peer carol = cluster.node(0).client("carol", "c");
        Peer lostBridge = cluster.node(0).component("cb2");
        tells(alice, bob.jid, bob);
        tells(alice, Jid.of("room@cb1.trestle.test/alice"), bridge);
        tells(carol, bob.jid.bare(), bob);
        lostBridge.send(Presence.of(Presence.Type.AVAILABLE, Jid.of("room@cb2.trestle.test/x"), bob.jid));
        bob.expectPresence(Presence.Type.AVAILABLE, Jid.of("room@cb2.trestle.test/x"));

        cluster.kill(cluster.node(0));
        bob.chat(alice.jid, "are you there?");
        bob.expectError(StanzaError.Condition.RECIPIENT_UNAVAILABLE, alice.jid.toString());
        assertEquals(3, cluster.node(1).directory.size() - 1, "alice, carol, dave: not declared lost yet");

        cluster.declareLost(cluster.node(0));
        bob.expectPresences(Presence.Type.UNAVAILABLE, alice.jid, carol.jid, Jid.of("room@cb2.trestle.test/x"));
        assertEquals(
                Jid.of("room@cb1.trestle.test/alice"),
                bridge.expectPresence(Presence.Type.UNAVAILABLE, alice.jid).to());
        bob.expectNothing();
        bridge.expectNothing();
        dave.expectNothing();
        bob.chat(alice.jid, "are you there?");
        bob.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, alice.jid.toString());
    }

    @Test
    void aStandbyTakesOverWithoutABounceAndKnowsWhoIsGone() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b");
        Peer standby = cluster.node(1).component("cb1");
        Peer active = cluster.node(0).component("cb1");
        Peer alice = cluster.node(0).client("alice", "a");
        tells(alice, Jid.of("room@cb1.trestle.test/alice"), active);
        tells(bob, Jid.of("room@cb1.trestle.test/bob"), active);
        cluster.kill(cluster.node(0));
        for (int i = 0; i < 10; i++) {
            bob.chat(standby.jid, "before " + i);
        }
        for (int i = 0; i < 10; i++) {
            standby.expectMessage("before " + i);
        }
        cluster.declareLost(cluster.node(0));
        standby.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bob.chat(standby.jid, "after");
        standby.expectMessage("after");
        bob.expectNothing();
        standby.expectNothing();
    }

    @Test
    void aConnectionThatCameLaterKnowsWhoIsGone() throws Exception {
        Peer first = cluster.node(1).component("cb1");
        Peer alice = cluster.node(0).client("alice", "a");
        tells(alice, first.jid, first);
        Peer second = cluster.node(2).component("cb1");
        // What the second node is told goes over the same bus: a round trip later it is there.
        Peer carol = cluster.node(0).client("carol", "c");
        carol.chat(second.jid, "hello");
        second.expectMessage("hello");
        first.expectNothing();
        await(() -> cluster.node(2).core.router().isRemembered("@cb1.trestle.test", alice.jid));
        cluster.kill(cluster.node(0));
        cluster.declareLost(cluster.node(0));
        second.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        first.expectNothing();
    }

    /** Asks again after each task of a loop: nothing is slept for. */
    private void await(BooleanSupplier condition) throws Exception {
        for (int turn = 0; turn < 100_000 && !condition.getAsBoolean(); turn++) {
            for (TestCluster.Node node : cluster.nodes) {
                for (var lane : node.lanes) {
                    CompletableFuture.runAsync(() -> {}, lane).get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
            }
        }
        assertTrue(condition.getAsBoolean());
    }

    @Test
    void aStanzaIsSentAfterAReceiverThatMoved() throws Exception {
        Peer bob = cluster.node(2).client("bob", "b");
        Peer old = cluster.node(1).client("alice", "a");
        // Node 2 is behind: for it alice is on node 1 until the end. Her bind waits for it, her stream does not.
        cluster.log().lag(cluster.node(2).id, true);
        Peer fresh = new Peer(cluster.loop(), old.jid.bare());
        CompletableFuture<?> bound = CompletableFuture.runAsync(() -> {
            try {
                fresh.bind(cluster.node(0), "a");
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        StreamError error = old.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.CONFLICT, error.condition());
        bob.chat(old.jid, "follow me");
        fresh.expectMessage("follow me");
        assertEquals(1, cluster.node(1).counted("xmpp.route", "outcome", "sent-after"));
        assertTrue(!bound.isDone());
        cluster.log().lag(cluster.node(2).id, false);
        bound.get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        bob.expectNothing();
    }

    @Test
    void aStanzaForAReceiverThatIsNowhereComesBack() throws Exception {
        Peer bob = cluster.node(2).client("bob", "b");
        Peer alice = cluster.node(1).client("alice", "a");
        cluster.log().lag(cluster.node(2).id, true);
        alice.breaks();
        bob.message(Message.Type.NORMAL, alice.jid.toString(), "too late");
        bob.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, alice.jid.toString());
    }

    @Test
    void presenceThatComesAfterTheEndIsTakenBack() throws Exception {
        Peer bob = cluster.node(2).client("bob", "b");
        Peer alice = cluster.node(1).client("alice", "a");
        // The end of alice's session is in the log before her presence arrives at bob's node.
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(2).lanes.forEach(lane -> lane.execute(gate::join));
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, bob.jid));
        alice.expectNothing();
        alice.breaks();
        assertNull(cluster.node(2).directory.binding("alice@trestle.test", "a"));
        gate.complete(null);
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        bob.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bob.expectNothing();
    }

    @Test
    void aGoodbyeThatTheEndOvertakesIsHeardOnce() throws Exception {
        Peer bob = cluster.node(2).client("bob", "b");
        Peer alice = cluster.node(1).client("alice", "a");
        tells(alice, bob.jid, bob);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(2).lanes.forEach(lane -> lane.execute(gate::join));
        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, bob.jid));
        alice.expectNothing();
        alice.breaks();
        bob.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        gate.complete(null);
        Peer carol = cluster.node(1).client("carol", "c");
        for (int i = 0; i < 10; i++) {
            carol.chat(bob.jid, "after " + i);
            bob.expectMessage("after " + i);
        }
        bob.expectNothing();
    }

    @Test
    void thePresenceOfAnOlderSessionIsNotTakenForThatOfTheNewer() throws Exception {
        Peer bob = cluster.node(2).client("bob", "b");
        Peer old = cluster.node(1).client("alice", "a");
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(2).lanes.forEach(lane -> lane.execute(gate::join));
        old.send(Presence.of(Presence.Type.AVAILABLE, null, bob.jid));
        old.expectNothing();
        Peer fresh = cluster.node(0).client("alice", "a");
        gate.complete(null);
        bob.expectPresence(Presence.Type.AVAILABLE, old.jid);
        bob.expectPresence(Presence.Type.UNAVAILABLE, old.jid);
        tells(fresh, bob.jid, bob);
        bob.expectNothing();
        fresh.breaks();
        bob.expectPresence(Presence.Type.UNAVAILABLE, fresh.jid);
        bob.expectNothing();
    }

    @Test
    void theEndOfAnOlderSessionThatIsSeenLateDoesNotHideTheNewer() throws Exception {
        Peer bob = cluster.node(2).client("bob", "b");
        Peer old = cluster.node(1).client("alice", "a");
        tells(old, bob.jid, bob);
        bob.expectNothing();
        // Node 2 is behind and cut off, so that the bind does not wait for it; what comes over the bus still arrives.
        cluster.log().cut(cluster.node(2).id, true);
        Peer fresh = cluster.node(0).client("alice", "a");
        tells(fresh, bob.jid, bob);
        bob.expectNothing();
        cluster.log().cut(cluster.node(2).id, false);
        bob.expectNothing();
        fresh.breaks();
        bob.expectPresence(Presence.Type.UNAVAILABLE, fresh.jid);
        bob.expectNothing();
    }

    @Test
    void aNodeThatWasDeclaredLostEndsItsStreams() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bridge = cluster.node(0).component("cb1");
        cluster.declareLost(cluster.node(0));
        StreamError error = alice.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.SYSTEM_SHUTDOWN, error.condition());
        assertNotNull(bridge.ended());
        assertEquals(0, cluster.node(1).directory.size());
    }
}
