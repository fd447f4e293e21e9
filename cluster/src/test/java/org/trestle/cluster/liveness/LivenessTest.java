package org.trestle.cluster.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.NodeBus.Verdict;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.sim.TestCluster;
import org.trestle.cluster.sim.TestNode;

final class LivenessTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final byte[] NOTHING = {};

    private static Watched serving(long seed) {
        Watched watched = new Watched(seed, 3);
        assertTrue(watched.within(SECOND.multipliedBy(3), watched::allServe), "three nodes serve");
        return watched;
    }

    private static int follower(Watched watched) {
        TestNode leader = watched.cluster.leader();
        for (int number = 1; number <= 3; number++) {
            if (leader != null && !TestCluster.id(number).equals(leader.id())) {
                return number;
            }
        }
        throw new AssertionError("no leader");
    }

    private static int leader(Watched watched) {
        TestNode leader = watched.cluster.leader();
        if (leader == null) {
            throw new AssertionError("no leader");
        }
        return Integer.parseInt(leader.record().name().substring(4));
    }

    private static boolean up(Watched watched, int judge, int number) {
        return watched.at(judge).node().state().epochs().up(TestCluster.id(number));
    }

    @Test
    void aKilledNodeLosesAllItHasInOneEntryAtOnce() {
        Watched watched = serving(1);
        int leader = leader(watched);
        int dead = follower(watched);
        TestNode node = watched.at(dead).node();
        for (int i = 0; i < 5; i++) {
            watched.cluster.await(node.directory().bind("a@x", "r" + i, "s" + i, NOTHING));
        }
        watched.kill(dead);
        TestNode witness = watched.at(leader).node();
        assertTrue(
                watched.within(SECOND, () -> witness.directory().size() < 5),
                "nothing listens there: no lease is waited");
        assertEquals(0, witness.directory().size(), "all five in one step");
    }

    @Test
    void aFrozenNodeIsLostAfterLeaseAndMarginAndComesBackAsANewRun() {
        Watched watched = serving(2);
        int leader = leader(watched);
        int frozen = follower(watched);
        Watched.Process process = watched.at(frozen);
        long before = process.liveness().run();
        process.node().process().freeze();
        watched.cluster.timers().advance(Duration.ofMillis(1900));
        assertTrue(up(watched, leader, frozen), "inside its lease");
        assertTrue(watched.within(SECOND.multipliedBy(2), () -> !up(watched, leader, frozen)), "lost after it");
        process.node().process().thaw();
        assertTrue(watched.within(SECOND, () -> process.serving().contains(false)), "it notices");
        assertTrue(
                watched.within(
                        SECOND.multipliedBy(5), () -> process.liveness().serving() && up(watched, leader, frozen)),
                "and serves again");
        assertNotEquals(before, process.liveness().run());
    }

    @Test
    void aLoneNodeThatStoodStillServesOn() {
        Watched watched = new Watched(9, 1);
        assertTrue(watched.within(SECOND.multipliedBy(3), watched::allServe), "it serves");
        Watched.Process process = watched.at(1);
        long before = process.liveness().run();
        process.serving().clear();
        process.node().process().freeze();
        watched.cluster.timers().advance(Duration.ofSeconds(5));
        process.node().process().thaw();
        watched.cluster.timers().advance(Duration.ofSeconds(5));
        assertFalse(process.serving().contains(false), "nobody can have declared it lost");
        assertEquals(before, process.liveness().run());
    }

    @Test
    void aMinorityFencesItselfWithinTheLeaseAndServesAgainWhenHealed() {
        Watched watched = serving(3);
        int alone = leader(watched);
        List<NodeId> others = watched.cluster.nodes().stream()
                .map(TestNode::id)
                .filter(id -> !id.equals(TestCluster.id(alone)))
                .toList();
        watched.cluster.network().partition(List.of(List.of(TestCluster.id(alone)), others));
        Liveness liveness = watched.at(alone).liveness();
        assertTrue(watched.within(Duration.ofMillis(2100), () -> !liveness.serving()), "fenced within the lease");
        assertTrue(others.stream()
                .allMatch(id ->
                        watched.at(Integer.parseInt(id.value(), 16)).liveness().serving()));
        watched.cluster.network().heal();
        assertTrue(watched.within(SECOND.multipliedBy(3), watched::allServe));
    }

    @Test
    void framesOfAnEndedRunAreDropped() {
        Watched watched = serving(4);
        int leader = leader(watched);
        int silent = follower(watched);
        Watched.Process sender = watched.at(silent);
        assertNotEquals(Verdict.UNREACHABLE, send(sender, leader, "first"));
        watched.cluster.timers().advance(Duration.ofMillis(50));
        assertEquals(List.of("first"), watched.at(leader).received());

        // Declared lost behind its back, as by a leader that cannot hear it: it does not know yet, and sends.
        watched.cluster.await(watched.at(leader)
                .node()
                .nodes()
                .lost(TestCluster.id(silent), sender.liveness().run()));
        sender.node().process().freeze();
        send(sender, leader, "late");
        sender.node().process().thaw();
        watched.cluster.timers().advance(SECOND);
        assertEquals(List.of("first"), watched.at(leader).received(), "the run was over");
        send(sender, leader, "again");
        watched.cluster.timers().advance(Duration.ofMillis(50));
        assertEquals(List.of("first", "again"), watched.at(leader).received(), "a new run is heard");
    }

    private static Verdict send(Watched.Process from, int to, String text) {
        ByteBuf frame = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        return from.bus().send(TestCluster.id(to), frame);
    }

    @Test
    void aFencedNodeSendsNothing() {
        Watched watched = serving(5);
        int alone = follower(watched);
        watched.cluster.network().cut(TestCluster.id(alone), TestCluster.id(leader(watched)));
        watched.cluster
                .network()
                .partition(List.of(
                        List.of(TestCluster.id(alone)),
                        watched.cluster.nodes().stream()
                                .map(TestNode::id)
                                .filter(id -> !id.equals(TestCluster.id(alone)))
                                .toList()));
        assertTrue(watched.within(
                SECOND.multipliedBy(3), () -> !watched.at(alone).liveness().serving()));
        assertEquals(Verdict.UNREACHABLE, send(watched.at(alone), leader(watched), "x"));
    }

    @Test
    void aBindIsWaitedForWhereItCanBeReachedAndNoLonger() {
        Watched watched = serving(6);
        Watched.Process process = watched.at(leader(watched));
        long index = watched.cluster
                .await(process.node().directory().bind("a@x", "r", "s", NOTHING))
                .index();
        watched.cluster.await(process.liveness().appliedEverywhere(index));
        for (Watched.Process other : watched.all()) {
            assertTrue(other.node().state().appliedIndex() >= index);
        }
        watched.at(follower(watched)).node().process().freeze();
        long later = index + 1;
        long started = watched.cluster.timers().nanos();
        watched.cluster.await(process.node().directory().unbind("a@x", "r", "s"));
        watched.cluster.await(process.liveness().appliedEverywhere(later));
        long millis = (watched.cluster.timers().nanos() - started) / 1_000_000;
        assertTrue(millis >= 500 && millis <= 1000, "bounded, was " + millis);
    }

    /** Whatever happens to the network: nobody serves a run that the cluster has ended, as long as its process runs. */
    @Test
    void nobodyServesWhoWasDeclaredLost() {
        int seeds = Integer.getInteger("trestle.liveness.seeds", 60);
        for (int seed = Integer.getInteger("trestle.seed", 0); seed < seeds; seed++) {
            chaos(seed);
        }
    }

    private static void chaos(long seed) {
        Watched watched = serving(1000 + seed);
        watched.cluster.timers().afterEach(() -> check(watched, seed));
        Random random = new Random(seed);
        for (int round = 0; round < 6; round++) {
            disturb(watched, random);
            watched.cluster.timers().advance(Duration.ofMillis(random.nextInt(4000)));
            watched.cluster.network().heal();
            for (int number = 1; number <= 3; number++) {
                if (watched.at(number).node().process().killed()) {
                    watched.restart(number);
                }
                watched.at(number).node().process().thaw();
            }
            watched.cluster.timers().advance(Duration.ofMillis(random.nextInt(3000)));
        }
        assertTrue(watched.within(SECOND.multipliedBy(10), watched::allServe), "all serve at last, seed " + seed);
    }

    private static void disturb(Watched watched, Random random) {
        int number = 1 + random.nextInt(3);
        switch (random.nextInt(3)) {
            case 0 -> watched.kill(number);
            case 1 -> watched.at(number).node().process().freeze();
            default ->
                watched.cluster
                        .network()
                        .partition(List.of(
                                List.of(TestCluster.id(number)),
                                watched.cluster.nodes().stream()
                                        .map(TestNode::id)
                                        .filter(id -> !id.equals(TestCluster.id(number)))
                                        .toList()));
        }
    }

    private static void check(Watched watched, long seed) {
        for (Watched.Process process : watched.all()) {
            if (!process.liveness().serving() || !process.node().process().running()) {
                continue;
            }
            for (Watched.Process witness : watched.all()) {
                boolean ended = !witness.node()
                        .state()
                        .epochs()
                        .accepts(process.node().id(), process.liveness().run());
                assertFalse(
                        ended,
                        "seed " + seed + ": " + process.node() + " serves a run that is over, says " + witness.node());
            }
        }
    }
}
