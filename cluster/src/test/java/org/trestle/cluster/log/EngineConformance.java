package org.trestle.cluster.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.log.Nodes.Node;

/** What every engine of the replicated log must do. */
public abstract class EngineConformance {
    @TempDir
    Path directory = Path.of("unset");

    protected abstract LogEngine engine();

    protected Nodes nodes() {
        return new Nodes(directory, this::engine, Tally::new, LogTuning.LAN);
    }

    @Test
    void aClusterOfOneCommitsAndComesBack() {
        try (Nodes nodes = nodes()) {
            Node one = nodes.add().start(LogEngine.Start.BOOTSTRAP);
            Nodes.submit(one, "a", 100);
            assertEquals(100, one.tally().count());
            assertEquals(100, Nodes.get(one.log().barrier()));
            one.kill();
            one.restart();
            Nodes.submit(one, "b", 1);
            assertEquals(101, one.tally().count());
        }
    }

    @Test
    void everyNodeAppliesTheSameCommandsInTheSameOrder() {
        try (Nodes nodes = nodes().form(3)) {
            List<Thread> writers = nodes.all.stream()
                    .map(node -> new Thread(() -> Nodes.submit(node, node.id + "-", 500)))
                    .toList();
            writers.forEach(Thread::start);
            nodes.await(
                    "all commands",
                    Duration.ofSeconds(10),
                    () -> nodes.get(0).tally().count() == 1500);
            assertEquals(1500, nodes.agree());
            assertEquals(nodes.get(0).tally().words(), nodes.get(2).tally().words());
        }
    }

    @Test
    void aLostLeaderIsReplacedAtOnceAndNothingAcknowledgedIsLost() {
        try (Nodes nodes = nodes().form(3)) {
            Nodes.submit(nodes.get(0), "before-", 100);
            Node leader = nodes.leader();
            Node other = nodes.follower();
            leader.kill();
            long start = System.nanoTime();
            Nodes.submit(other, "after-", 1);
            long took = (System.nanoTime() - start) / 1_000_000;
            System.out.println("first write after the loss of the leader: " + took + " ms");
            assertTrue(took < 2000, "first write took " + took + " ms");
            assertEquals(101, nodes.agree());
            leader.restart();
            assertEquals(101, nodes.agree());
        }
    }
}
