package org.trestle.cluster.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.log.LogEngine.Start;

final class MemoryEngineTest {
    private final TestCluster cluster = new TestCluster(7).form(3);

    private static Change put(String key) {
        return Change.of().put("t", key, new byte[] {1}).build();
    }

    private TestNode leader() {
        cluster.timers().advanceUntil(() -> cluster.leader() != null, Duration.ofSeconds(10));
        TestNode leader = cluster.leader();
        assertNotNull(leader);
        return leader;
    }

    private TestNode follower() {
        TestNode leader = leader();
        return cluster.running().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aWriteOnAnyNodeIsReadOnAll() {
        for (TestNode node : cluster.nodes()) {
            Tables.Outcome outcome = cluster.await(node.tables().commit(put(node.toString())));
            assertTrue(outcome.applied());
            assertNotNull(node.tables().get("t", node.toString()), "read your own write");
        }
        cluster.settle();
        for (TestNode node : cluster.nodes()) {
            assertEquals(3, node.tables().rows("t").size());
            assertEquals(cluster.node(1).state().digest(), node.state().digest());
            assertEquals(3, node.state().members().size());
        }
    }

    @Test
    void aBarrierSeesWhatWasCommittedAnywhere() {
        TestNode follower = follower();
        cluster.await(leader().tables().commit(put("k")));
        cluster.await(follower.tables().barrier());
        assertNotNull(follower.tables().get("t", "k"));
    }

    @Test
    void anotherNodeLeadsWhenTheLeaderIsKilled() {
        TestNode old = leader();
        cluster.kill(old.id());
        long from = cluster.timers().nanos();
        TestNode other = cluster.running().get(0);
        cluster.await(other.tables().commit(put("k")));
        assertTrue(cluster.timers().nanos() - from < Duration.ofSeconds(2).toNanos());
        TestNode back = cluster.restart(old.id());
        long term = leader().log().status().term();
        cluster.settle();
        assertNotNull(back.tables().get("t", "k"));
        assertEquals(term, leader().log().status().term(), "who comes back deposes nobody");
    }

    @Test
    void aMinorityWritesNothingAndItsLeaderStepsDown() {
        TestNode old = leader();
        cluster.network().partition(List.of(List.of(old.id())));
        CompletableFuture<Tables.Outcome> lost =
                old.tables().commit(put("lost")).toCompletableFuture();
        TestNode other =
                cluster.nodes().stream().filter(node -> node != old).findFirst().orElseThrow();
        cluster.await(other.tables().commit(put("kept")));
        cluster.timers().advance(Duration.ofSeconds(6));
        assertTrue(lost.isCompletedExceptionally());
        assertFalse(old.log().status().leading());
        assertNull(old.tables().get("t", "kept"));
        long age = cluster.timers().nanos() - old.log().status().quorumHeard();
        assertTrue(age > Duration.ofSeconds(5).toNanos(), "it knows how long it has been alone");
        cluster.network().heal();
        cluster.settle();
        assertNotNull(old.tables().get("t", "kept"));
        assertNull(other.tables().get("t", "lost"), "nobody had it but the old leader");
    }

    @Test
    void aFrozenLeaderIsReplacedAndFollowsWhenItIsThawed() {
        TestNode old = leader();
        old.process().freeze();
        TestNode other = cluster.running().get(0);
        cluster.await(other.tables().commit(put("k")));
        old.process().thaw();
        cluster.settle();
        assertFalse(old.log().status().leading());
        assertNotNull(old.tables().get("t", "k"));
    }

    @Test
    void everythingIsThereAfterAllWereKilled() {
        for (int i = 0; i < 200; i++) {
            cluster.await(follower().tables().commit(put("k" + i)));
        }
        cluster.nodes().forEach(node -> cluster.kill(node.id()));
        cluster.timers().advance(Duration.ofSeconds(1));
        cluster.nodes().forEach(node -> cluster.restart(node.id()));
        cluster.await(cluster.node(2).tables().barrier());
        assertEquals(200, cluster.node(2).tables().rows("t").size());
    }

    @Test
    void aWipedNodeJoinsAnewFromASnapshot() {
        for (int i = 0; i < 200; i++) {
            cluster.await(leader().tables().commit(put("k" + i)));
        }
        TestNode gone = follower();
        cluster.kill(gone.id());
        cluster.wipe(gone.id());
        cluster.await(leader().log().remove(gone.id()));
        cluster.await(leader().nodes().gone(gone.id()));
        NodeId id = TestCluster.id(9);
        TestNode fresh = cluster.start(id, 9, Start.JOIN);
        cluster.await(fresh.log().join(List.of(leader().id())));
        cluster.await(fresh.nodes().up(fresh.record()));
        assertEquals(200, fresh.tables().rows("t").size());
        assertEquals(3, leader().log().status().members().size());
        assertTrue(leader().log().status().members().stream()
                .allMatch(member -> member.voting() && !member.id().equals(gone.id())));
        assertEquals(3, fresh.state().members().size());
    }

    @Test
    void aLeaderHandsOverAndLeaves() {
        TestNode old = leader();
        cluster.await(old.log().handOver());
        assertFalse(old.log().status().leading());
        assertNotEquals(old, leader());
        TestNode next = leader();
        cluster.await(next.log().remove(next.id()));
        cluster.await(next.log().remove(next.id()));
        cluster.await(old.tables().commit(put("k")));
        assertEquals(2, leader().log().status().members().size());
    }
}
