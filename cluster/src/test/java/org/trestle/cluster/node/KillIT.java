package org.trestle.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.NodeId;

/** A process that is killed at each single step of joining, leaving, and removing another node, with nothing closed in good order. */
final class KillIT {
    @TempDir
    Path data;

    private final Grounds grounds = new Grounds();
    private ClusterNode one;

    @BeforeEach
    void start() throws Exception {
        one = grounds.open(grounds.settings(data.resolve("n1"), 1));
        Grounds.await(one.initialize(words -> {}));
        Grounds.put(one, "users", "alice");
    }

    @AfterEach
    void stop() {
        grounds.close();
    }

    @Test
    void joining() throws Exception {
        int halts = 0;
        while (true) {
            Path place = data.resolve("joiner" + halts);
            String token = Grounds.invitation(one);
            boolean halted = HaltingNode.halts(place.toString(), "2", Integer.toString(halts), "join", "1", token);
            ClusterNode node = grounds.open(grounds.settings(place, 2));
            int step = halts;
            assertEquals(
                    null,
                    Grounds.failure(node.join(Grounds.address(1), token, true, words -> {})),
                    () -> "halted before step " + step);
            grounds.agree(one, node);
            assertEquals("alice", Grounds.text(node, "users", "alice"));
            assertTrue(Files.notExists(place.resolve("cluster.old")));
            Grounds.await(node.leave(true, words -> {}));
            grounds.agree(one);
            Grounds.await(node.close());
            if (!halted) {
                break;
            }
            halts++;
        }
        assertTrue(halts >= 12, "steps: " + halts);
    }

    @Test
    void leaving() throws Exception {
        int halts = 0;
        while (true) {
            Path place = data.resolve("leaver" + halts);
            ClusterSettings settings = grounds.settings(place, 2);
            ClusterNode node = grounds.open(settings);
            Grounds.join(node, one, true);
            Grounds.await(node.close());
            boolean halted = HaltingNode.halts(place.toString(), "2", Integer.toString(halts), "leave");
            ClusterNode again = grounds.open(settings);
            int step = halts;
            assertEquals(null, Grounds.failure(again.leave(true, words -> {})), () -> "halted before step " + step);
            grounds.agree(one);
            grounds.agree(again);
            assertEquals("alice", Grounds.text(again, "users", "alice"));
            Grounds.await(again.close());
            if (!halted) {
                break;
            }
            halts++;
        }
        assertTrue(halts >= 8, "steps: " + halts);
    }

    @Test
    void removing() throws Exception {
        Path place = data.resolve("remover");
        ClusterSettings settings = grounds.settings(place, 2);
        ClusterNode two = grounds.open(settings);
        Grounds.join(two, one, true);
        int halts = 0;
        while (true) {
            ClusterNode dead = grounds.open(grounds.settings(data.resolve("dead" + halts), 3));
            Grounds.join(dead, one, false);
            NodeId id = dead.self();
            Grounds.await(dead.close());
            Grounds.await(two.close());
            boolean halted = HaltingNode.halts(place.toString(), "2", Integer.toString(halts), "remove", id.toString());
            two = grounds.open(settings);
            int step = halts;
            if (halted) {
                grounds.sees(two, id, false);
            }
            assertEquals(null, Grounds.failure(two.remove(id, false, words -> {})), () -> "halted before step " + step);
            grounds.agree(one, two);
            assertEquals("alice", Grounds.text(two, "users", "alice"));
            if (!halted) {
                break;
            }
            halts++;
        }
        assertEquals(3, halts);
    }
}
