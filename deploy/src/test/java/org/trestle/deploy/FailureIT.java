package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.roster.RosterEntry;
import org.jivesoftware.smack.roster.packet.RosterPacket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.trestle.deploy.Relays.Service;
import org.trestle.turn.probe.ProbeTarget;
import org.trestle.turn.probe.ProbeVerdict;
import org.trestle.turn.probe.RelayProbe;

/** Nodes that are killed, frozen, or left alone: the others carry on, and the lonely one says that it is lonely. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(400)
final class FailureIT {
    private TestCluster cluster;
    private String secret1 = "";
    private String secret2 = "";
    private final Closing closing = new Closing();

    @BeforeAll
    @Timeout(400)
    void form() throws IOException {
        cluster = TestCluster.onLoopback();
        cluster.form();
        cluster.addUser("alice", "alice's password");
        cluster.addUser("bob", "bob's password");
        secret1 = cluster.addBridge("cb1");
        secret2 = cluster.addBridge("cb2");
    }

    @AfterEach
    void heal() throws Exception {
        closing.close();
        for (NodeProcess node : cluster.nodes()) {
            if (node.alive()) {
                node.thaw();
            } else {
                node.start();
            }
        }
        cluster.nodes().forEach(NodeProcess::awaitConsole);
        cluster.awaitWhole();
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    @Test
    void killingTheLeaderUnderTrafficCostsAReconnect() throws Exception {
        NodeProcess leader = cluster.leader();
        Pulse pulse = closing.add(pulse(leader));
        pulse.awaitBoth(50, Await.SOON);
        leader.kill();
        NodeProcess next = cluster.leaderExcept(leader, Await.SOON);
        pulse.awaitBoth(50, Await.SOON);
        next.typeWith("new\n", "xmpp", "user", "add", "during@trestle.test", "--password-file", "-");
        leader.start();
        leader.awaitConsole();
        cluster.awaitWhole();
        closing.add(TestClient.login(leader, "during", "new", "r"));
        cluster.node(1).type("xmpp", "user", "del", "during@trestle.test");
    }

    @Test
    void theSessionsOfAKilledNodeEndEverywhere() throws Exception {
        NodeProcess lost = cluster.follower();
        NodeProcess other = cluster.leader();
        TestClient alice = closing.add(TestClient.login(lost, "alice", "alice's password", "mobile"));
        TestClient bob = closing.add(TestClient.login(other, "bob", "bob's password", "desk"));
        alice.presence(bob.jid(), Presence.Type.available);
        String from = alice.jid();
        bob.await("available", Presence.class, presence -> from.equals(String.valueOf(presence.getFrom())));
        lost.kill();
        bob.await(
                "unavailable",
                Presence.class,
                presence -> presence.getType() == Presence.Type.unavailable
                        && from.equals(String.valueOf(presence.getFrom())));
        TestClient again = closing.add(TestClient.login(other, "alice", "alice's password", "mobile"));
        bob.message(again.jid(), "welcome back");
        again.awaitBody("welcome back");
    }

    @Test
    void aRosterOutlivesTheNodeOnWhichItWasMade() throws Exception {
        NodeProcess lost = cluster.follower();
        NodeProcess other = cluster.leader();
        TestClient alice = closing.add(TestClient.login(lost, "alice", "alice's password", "mobile"));
        TestClient bob = closing.add(TestClient.login(other, "bob", "bob's password", "desk"));
        Roster bobs = bob.roster(); // grants what is asked for from now on
        assertTrue(bobs.isRosterVersioningSupported() && bobs.isSubscriptionPreApprovalSupported());
        alice.roster().createItemAndRequestSubscription(bob.bare(), "Bob", new String[] {"Friends"});
        bobs.createItemAndRequestSubscription(alice.bare(), "Alice", null);
        alice.awaitSubscribedBothWays(bob.bare());
        bob.awaitSubscribedBothWays(alice.bare());
        String from = alice.jid();
        bob.await("available", Presence.class, presence -> from.equals(String.valueOf(presence.getFrom())));
        lost.kill();
        bob.await(
                "unavailable",
                Presence.class,
                presence -> presence.getType() == Presence.Type.unavailable
                        && from.equals(String.valueOf(presence.getFrom())));
        TestClient again = closing.add(TestClient.login(other, "alice", "alice's password", "again"));
        again.awaitSubscribedBothWays(bob.bare());
        RosterEntry entry = again.roster().getEntry(bob.bare());
        assertEquals("Bob", entry.getName());
        assertEquals("Friends", entry.getGroups().get(0).getName());
        again.awaitAvailable(bob.bare());
        again.roster().removeEntry(entry);
        Await.untilTrue(Await.SOON, () -> "bob is not subscribed any more", () -> {
            RosterEntry left = bobs.getEntry(again.bare());
            return left != null && left.getType() == RosterPacket.ItemType.none;
        });
    }

    @Test
    void credentialsThatAClientIsGivenWorkAtEachRelayAndItHearsWhenOneIsGone() throws Exception {
        NodeProcess lost = cluster.follower();
        NodeProcess other = cluster.leader();
        TestClient alice = closing.add(TestClient.login(other, "alice", "alice's password", "call"));
        Relays told = Relays.of(alice);
        List<Service> relays = told.await(3);
        Service near = relays.get(0);
        assertEquals(other.address(), near.host(), "the node's own relay comes first");
        for (Service relay : relays.subList(1, 3)) {
            // Each relay takes packets of another one as soon as it knows of it.
            AtomicReference<String> last = new AtomicReference<>();
            Await.untilTrue(Await.SOON, () -> near + " and " + relay + " relay: " + last, () -> {
                ProbeVerdict verdict =
                        new RelayProbe(near.login(), new SecureRandom(), 20).run(target(near), target(relay));
                last.set(verdict.words());
                return verdict.outcome() == ProbeVerdict.Outcome.RELAYED;
            });
        }
        lost.kill();
        told.awaitGone(lost.address());
    }

    private static ProbeTarget target(Service relay) {
        return new ProbeTarget(relay.host(), new InetSocketAddress(relay.host(), relay.port()), ProbeTarget.Way.TCP);
    }

    @Test
    void aStandbyBridgeTakesOverFromAKilledNode() throws Exception {
        NodeProcess lost = cluster.follower();
        NodeProcess other = cluster.leader();
        TestComponent cb2 = closing.add(bridge(other, "cb2", secret2));
        TestComponent standby = closing.add(bridge(other, "cb1", secret1));
        TestComponent active = closing.add(bridge(lost, "cb1", secret1));
        cb2.message("cb1.trestle.test", "m1", "before");
        active.awaitText("before");
        lost.kill();
        Await.untilTrue(Await.SOON, () -> "the standby receives", () -> {
            try {
                cb2.message("cb1.trestle.test", "m2", "after");
            } catch (IOException gone) {
                throw new AssertionError(gone);
            }
            return standby.received().stream().anyMatch(stanza -> stanza.text().equals("after"));
        });
    }

    @Test
    void aFrozenLeaderIsReplacedAndStepsDownWhenItWakes() throws Exception {
        NodeProcess leader = cluster.leader();
        NodeProcess follower = cluster.follower();
        TestClient bob = closing.add(TestClient.login(follower, "bob", "bob's password", "desk"));
        leader.freeze();
        NodeProcess next = cluster.leaderExcept(leader, Await.SOON);
        next.typeWith("new\n", "xmpp", "user", "add", "frozen@trestle.test", "--password-file", "-");
        leader.thaw();
        Await.untilTrue(
                Await.SOON,
                () -> "the old leader follows: " + cluster.status(leader),
                () -> leader.state().equals("FOLLOWER"));
        cluster.awaitWhole();
        String known = leader.list("xmpp", "user", "list"); // asks the others first whether it has missed something
        assertTrue(known.contains("frozen@trestle.test"), known);
        TestClient alice = closing.add(TestClient.login(leader, "frozen", "new", "r"));
        bob.message(alice.jid(), "hello");
        alice.awaitBody("hello");
        cluster.node(1).type("xmpp", "user", "del", "frozen@trestle.test");
    }

    @Test
    void aNodeWithoutAMajorityFencesItselfWithinItsLease() throws Exception {
        NodeProcess lonely = cluster.leader();
        List<NodeProcess> others =
                cluster.nodes().stream().filter(node -> node != lonely).toList();
        TestClient alice = closing.add(TestClient.login(lonely, "alice", "alice's password", "mobile"));
        TestComponent cb1 = closing.add(bridge(lonely, "cb1", secret1));
        for (NodeProcess node : others) {
            node.freeze();
        }
        String clientEnd = alice.awaitEnd(Await.SOON);
        String bridgeEnd = cb1.awaitEnd(Await.SOON);
        assertTrue(clientEnd.contains("system-shutdown"), clientEnd);
        assertTrue(bridgeEnd.startsWith("system-shutdown"), bridgeEnd);
        assertTrue(bridgeEnd.contains("lost its cluster"), "the reason in words: " + bridgeEnd);
        assertEquals("NO QUORUM", lonely.state());
        String status = Await.until(Await.SOON, () -> "the words for it: " + cluster.status(lonely), () -> {
            String now = cluster.status(lonely);
            return now.contains("1 of 3 up; needs 1 more") ? now : null;
        });
        assertEquals(3, TestCluster.peers(status).size(), status);
        assertFalse(status.contains("(Leader)"), status);
        assertThrows(Exception.class, () -> TestClient.login(lonely, "bob", "bob's password", "r"));
        assertThrows(IOException.class, () -> bridge(lonely, "cb2", secret2));
        AdminSocket.Answer refused = AdminSocket.ask(
                lonely.directory(), "x\n", "xmpp", "user", "add", "no@trestle.test", "--password-file", "-");
        assertTrue(refused != null && !refused.succeeded(), "a change is refused: " + refused);
        for (NodeProcess node : others) {
            node.thaw();
        }
        cluster.awaitWhole();
        closing.add(TestClient.login(lonely, "bob", "bob's password", "r"));
        closing.add(bridge(lonely, "cb1", secret1));
    }

    private Pulse pulse(NodeProcess firstNode) {
        List<NodeProcess> order = cluster.nodes().stream()
                .sorted((a, b) -> Boolean.compare(b == firstNode, a == firstNode))
                .toList();
        List<InetSocketAddress> from = order.stream().map(FailureIT::components).toList();
        List<InetSocketAddress> backwards = List.of(from.get(2), from.get(1), from.get(0));
        return new Pulse(secret1, from, secret2, backwards);
    }

    private static InetSocketAddress components(NodeProcess node) {
        return new InetSocketAddress(node.address(), node.componentPort());
    }

    private static TestComponent bridge(NodeProcess node, String name, String secret) throws IOException {
        return TestComponent.connect(components(node), name + "." + TestCluster.DOMAIN, secret);
    }
}
