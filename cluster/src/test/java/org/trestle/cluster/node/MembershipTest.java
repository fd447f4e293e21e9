package org.trestle.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.NodeId;

final class MembershipTest {
    @TempDir
    Path data;

    private final Grounds grounds = new Grounds();

    @AfterEach
    void stop() {
        grounds.close();
    }

    private ClusterNode node(int number) throws Exception {
        return grounds.open(grounds.settings(data.resolve("n" + number), number));
    }

    @Test
    void threeNodesFormAClusterOneLeavesAndItsDataStays() throws Exception {
        ClusterNode one = node(1);
        Grounds.await(one.initialize(words -> {}));
        ClusterNode two = node(2);
        NodeId alone = two.self();
        MembershipException refusal = assertThrows(
                MembershipException.class,
                () -> Grounds.await(two.join(Grounds.address(1), Grounds.invitation(one), false, words -> {})));
        assertTrue(refusal.getMessage().contains("two voters"), refusal.getMessage());
        assertEquals(alone, two.self());
        assertTrue(two.serving());
        Grounds.join(two, one, true);
        assertNotEquals(alone, two.self());
        ClusterNode three = node(3);
        Grounds.join(three, two, false);
        grounds.agree(one, two, three);
        Grounds.put(three, "users", "alice");
        Grounds.await(two.tables().barrier());
        assertEquals(1, two.tables().rows("users").size());

        Grounds.await(three.leave(true, words -> {}));
        grounds.agree(one, two);
        grounds.agree(three);
        assertEquals(1, three.tables().rows("users").size());
        Grounds.join(three, one, false);
        grounds.agree(one, two, three);
    }
}
