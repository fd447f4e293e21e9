package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Each node on a network of its own, and a cable that is pulled. Skipped where namespaces are not permitted. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(400)
final class PartitionIT {
    private final Closing closing = new Closing();
    private Namespaces network;
    private TestCluster cluster;

    @BeforeAll
    @Timeout(400)
    void form() throws Exception {
        try {
            network = closing.add(Namespaces.open());
        } catch (IOException notPermitted) {
            abort("SKIPPED: network namespaces cannot be made here: " + notPermitted.getMessage());
        }
        cluster = closing.add(TestCluster.of(5222, network::address, network::wrapper));
        cluster.form();
        cluster.addUser("alice", "alice's password");
        cluster.addUser("bob", "bob's password");
    }

    @AfterAll
    void stop() {
        closing.close();
    }

    @Test
    void theSideWithoutTheMajorityGoesSilentAndComesBack() throws Exception {
        NodeProcess cutOff = cluster.leader();
        int number = cluster.nodes().indexOf(cutOff) + 1;
        List<NodeProcess> majority =
                cluster.nodes().stream().filter(node -> node != cutOff).toList();
        try (TestClient before = TestClient.login(cutOff, "alice", "alice's password", "mobile")) {
            assertTrue(before.open());
            network.cable(number, false);
            NodeProcess next = cluster.leaderExcept(cutOff, Await.SOON);
            Await.untilTrue(
                    Await.SOON,
                    () -> cutOff + " fences itself: " + cluster.status(cutOff),
                    () -> cutOff.state().equals("NO QUORUM"));
            Await.untilTrue(
                    Await.SOON,
                    () -> cutOff + " says so: " + cluster.status(cutOff),
                    () -> cluster.status(cutOff).contains("1 of 3 up; needs 1 more"));
            next.typeWith("x\n", "xmpp", "user", "add", "during@trestle.test", "--password-file", "-");
            AdminSocket.Answer refused = AdminSocket.ask(
                    cutOff.directory(), "x\n", "xmpp", "user", "add", "minority@trestle.test", "--password-file", "-");
            assertTrue(refused != null && !refused.succeeded(), "the minority changes nothing: " + refused);
            Await.untilTrue(
                    Await.SOON,
                    () -> "the majority ends the sessions of the lost node",
                    () -> cluster.status(next).contains("2 of 3 up"));
            try (TestClient alice = TestClient.login(majority.get(0), "alice", "alice's password", "mobile");
                    TestClient bob = TestClient.login(majority.get(1), "bob", "bob's password", "desk")) {
                bob.message(alice.jid(), "on this side");
                alice.awaitBody("on this side");
                network.cable(number, true);
                cluster.awaitWhole();
                bob.message(alice.jid(), "after healing");
                alice.awaitBody("after healing");
                assertTrue(alice.open(), "the returning node takes nobody's Jid back");
            }
            before.cut();
        }
        String users = cluster.node(1).list("xmpp", "user", "list");
        assertTrue(users.contains("during@"), users);
        assertFalse(users.contains("minority@"), users);
        for (NodeProcess node : cluster.nodes()) {
            assertEquals(users, node.list("xmpp", "user", "list"));
            assertEquals(3, TestCluster.peers(cluster.status(node)).size());
        }
    }

    @Test
    void withNoMajorityAnywhereEverybodySaysSo() throws Exception {
        for (int node = 1; node <= 3; node++) {
            network.cable(node, false);
        }
        for (NodeProcess node : cluster.nodes()) {
            Await.untilTrue(
                    Await.SOON,
                    () -> node + " fences itself: " + cluster.status(node),
                    () -> node.state().equals("NO QUORUM"));
        }
        for (int node = 1; node <= 3; node++) {
            network.cable(node, true);
        }
        cluster.awaitWhole();
    }
}
