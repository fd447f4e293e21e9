package org.trestle.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.membership.CrashPoint;

/**
 * A node ends at each single step of removing another, starts again, and the operator repeats the command: afterwards the
 * peers are exactly the living identities, everywhere, and the removed one learns what became of it.
 */
final class RemovingTest {
    @TempDir
    Path data;

    private final Grounds grounds = new Grounds();
    private ClusterNode one;

    @BeforeEach
    void start() throws Exception {
        one = grounds.open(grounds.settings(data.resolve("n1"), 1));
        Grounds.await(one.initialize(words -> {}));
    }

    @AfterEach
    void stop() {
        grounds.close();
    }

    /** Ends the procedure before its n-th step, once. */
    private static final class Ending implements CrashPoint {
        private int left;
        private final List<String> passed = new ArrayList<>();

        Ending(int steps) {
            left = steps;
        }

        @Override
        public void before(String step) {
            passed.add(step);
            if (left-- == 0) {
                throw new IllegalStateException("ended before " + step);
            }
        }

        boolean happened() {
            return left < 0;
        }

        @Override
        public String toString() {
            return passed.toString();
        }
    }

    @Test
    void removing() throws Exception {
        ClusterNode two = grounds.open(grounds.settings(data.resolve("n2"), 2));
        Grounds.join(two, one, true);
        List<String> ends = new ArrayList<>();
        for (int step = 0; ; step++) {
            ClusterNode dead = grounds.open(grounds.settings(data.resolve("dead" + step), 3));
            Grounds.join(dead, one, false);
            NodeId id = dead.self();
            Grounds.await(dead.close());
            Grounds.await(one.close());
            Ending ending = new Ending(step);
            one = grounds.open(grounds.settings(data.resolve("n1"), 1), ending);
            grounds.sees(one, id, false);
            Exception failure = Grounds.failure(one.remove(id, false, words -> {}));
            if (!ending.happened()) {
                assertEquals(null, failure);
                grounds.agree(one, two);
                break;
            }
            ends.add(ending.passed.get(ending.passed.size() - 1));
            Grounds.await(one.close());
            one = grounds.open(grounds.settings(data.resolve("n1"), 1));
            grounds.sees(one, id, false);
            assertEquals(null, Grounds.failure(one.remove(id, false, words -> {})), ending::toString);
            assertEquals(null, Grounds.failure(one.remove(id, false, words -> {})), "a second time");
            assertEquals(id, one.former().get(0).id());
            grounds.agree(one, two);
            ClusterNode ghost = grounds.open(grounds.settings(data.resolve("dead" + step), 3));
            grounds.until(() -> ghost.status().notice() == null ? ghost.status().toString() : "");
            assertTrue(
                    ghost.status().notice().contains("was removed"),
                    ghost.status().notice());
            assertTrue(!ghost.serving());
            grounds.agree(one, two);
            Grounds.await(ghost.close());
        }
        assertEquals(3, ends.size(), ends::toString);
        MembershipException unknown =
                (MembershipException) Grounds.failure(one.remove(new NodeId("00000000000000ff"), false, words -> {}));
        assertTrue(unknown.getMessage().startsWith("no such node"), unknown.getMessage());
    }
}
