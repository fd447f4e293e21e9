package org.trestle.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.ClusterStatus.Peer;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/** Nodes that lose their disk, move, or come back after they were removed: nobody is ever listed twice. */
final class ReplacingTest {
    @TempDir
    Path data;

    private final Grounds grounds = new Grounds();
    private ClusterNode one;
    private ClusterNode two;
    private ClusterNode three;

    @BeforeEach
    void start() throws Exception {
        one = grounds.open(grounds.settings(data.resolve("n1"), 1));
        two = grounds.open(grounds.settings(data.resolve("n2"), 2));
        three = grounds.open(grounds.settings(data.resolve("n3"), 3));
        Grounds.await(one.initialize(words -> {}));
        Grounds.join(two, one, true);
        Grounds.join(three, one, false);
        grounds.agree(one, two, three);
    }

    @AfterEach
    void stop() {
        grounds.close();
    }

    @Test
    void aNodeThatLostItsDiskJoinsAtTheSameAddressAndTakesThePlaceOfTheDeadEntry() throws Exception {
        for (int round = 0; round < 3; round++) {
            NodeId dead = three.self();
            Grounds.await(three.close());
            three = grounds.open(grounds.settings(data.resolve("empty" + round), 3));
            assertNotEquals(dead, three.self());
            Grounds.join(three, two, false);
            grounds.agree(one, two, three);
            assertNotEquals(dead, three.self());
        }
    }

    @Test
    void theAddressOfALivingMemberIsNotGivenToAnother() throws Exception {
        String token = Grounds.invitation(one);
        ClusterSettings place = grounds.settings(data.resolve("n4"), 4);
        ClusterSettings false3 = new ClusterSettings(
                place.data(),
                "impostor",
                place.bind(),
                Grounds.address(3),
                place.client(),
                place.tuning(),
                place.lease());
        ClusterNode impostor = grounds.open(false3);
        NodeId before = impostor.self();
        Exception refusal;
        do { // who is told that there is no leader just then asks again
            refusal = Grounds.failure(impostor.join(Grounds.address(1), token, false, words -> {}));
            assertTrue(refusal instanceof MembershipException, String.valueOf(refusal));
        } while (refusal.getMessage().contains("no leader at this moment"));
        assertTrue(refusal.getMessage().contains("belongs to node n3"), refusal.getMessage());
        assertEquals(before, impostor.self());
        assertTrue(impostor.serving());
        grounds.agree(one, two, three);
    }

    @Test
    void aNodeThatMovedIsFoundAtItsNewAddressOnly() throws Exception {
        NodeId id = three.self();
        Grounds.await(three.close());
        ClusterSettings old = grounds.settings(data.resolve("n3"), 3);
        String host = Grounds.address(33).host();
        three = grounds.open(new ClusterSettings(
                old.data(),
                "n3-moved",
                new InetSocketAddress(host, Grounds.PORT),
                new NodeAddress(host, Grounds.PORT),
                new NodeAddress(host, 5222),
                old.tuning(),
                old.lease()));
        assertEquals(id, three.self());
        grounds.agree(one, two, three);
        Peer moved = one.status().peers().stream()
                .filter(peer -> peer.id().equals(id))
                .findFirst()
                .orElseThrow();
        assertEquals(host, moved.cluster().host());
        assertEquals("n3-moved", moved.name());
    }

    @Test
    void aLivingNodeIsRemovedByForceOnlyNoticesItAndComesBack() throws Exception {
        NodeId id = three.self();
        Exception refusal = Grounds.failure(one.remove(id, false, words -> {}));
        assertTrue(refusal.getMessage().contains("is up"), refusal.getMessage());
        Grounds.await(one.remove(id, true, words -> {}));
        grounds.agree(one, two);
        grounds.until(() -> three.status().notice() == null ? three.status().toString() : "");
        assertTrue(
                three.status().notice().contains("was removed"), three.status().notice());
        assertFalse(three.serving());
        assertEquals(
                null, Grounds.failure(three.join(Grounds.address(2), Grounds.invitation(two), false, words -> {})));
        assertNotEquals(id, three.self());
        grounds.agree(one, two, three);
    }

    @Test
    void everybodyStartsAgainAndAgrees() throws Exception {
        Grounds.put(one, "users", "carol");
        Grounds.await(one.close());
        Grounds.await(two.close());
        Grounds.await(three.close());
        one = grounds.open(grounds.settings(data.resolve("n1"), 1));
        assertFalse(one.serving());
        two = grounds.open(grounds.settings(data.resolve("n2"), 2));
        three = grounds.open(grounds.settings(data.resolve("n3"), 3));
        grounds.agree(one, two, three);
        assertEquals("carol", Grounds.text(three, "users", "carol"));
    }
}
