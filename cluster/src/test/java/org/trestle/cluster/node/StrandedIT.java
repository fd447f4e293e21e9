package org.trestle.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.membership.CrashPoint;

/** A newcomer that was admitted, and then finds nobody who gives it a vote. */
final class StrandedIT {
    @TempDir
    Path data;

    private final Grounds grounds = new Grounds();
    private ClusterNode one;
    private ClusterNode two;
    private NodeId alone;
    private String token;

    @BeforeEach
    void start() throws Exception {
        one = grounds.open(grounds.settings(data.resolve("n1"), 1));
        Grounds.await(one.initialize(words -> {}));
        AtomicBoolean once = new AtomicBoolean(true);
        CrashPoint memberDies = step -> {
            if (step.equals("join: vote") && once.getAndSet(false)) {
                one.close().toCompletableFuture().join();
            }
        };
        two = grounds.open(grounds.settings(data.resolve("n2"), 2), memberDies);
        Grounds.put(one, "users", "alice");
        Grounds.put(two, "users", "alice");
        alone = two.self();
        token = Grounds.invitation(one);
        Exception failure = Grounds.failure(two.join(Grounds.address(1), token, true, words -> {}));
        assertNotNull(failure);
        assertTrue(failure.getMessage().contains("no member confirmed"), failure.getMessage());
        assertFalse(two.serving());
        assertNotNull(two.status().notice());
    }

    @AfterEach
    void stop() {
        grounds.close();
    }

    @Test
    void goesBackToWhatItWasWhenItIsToldToGiveUp() throws Exception {
        Exception refusal = Grounds.failure(two.leave(false, words -> {}));
        assertNotNull(refusal);
        one = grounds.open(grounds.settings(data.resolve("n1"), 1));
        grounds.until(() -> one.serving() ? "" : one.status().toString());
        assertEquals(null, Grounds.failure(two.leave(false, words -> {})));
        assertEquals(alone, two.self());
        grounds.agree(two);
        grounds.agree(one);
        assertEquals("alice", Grounds.text(two, "users", "alice"));
        Grounds.join(two, one, true);
        grounds.agree(one, two);
    }
}
