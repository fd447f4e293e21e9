package org.trestle.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.ClusterStatus.Peer;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

final class VerdictsTest {
    private static final NodeId NEW = id(9);

    private static NodeId id(int n) {
        return new NodeId("%016x".formatted(n));
    }

    private static NodeAddress address(int n) {
        return new NodeAddress("10.0.0." + n, 5290);
    }

    private static Peer peer(int n, boolean up) {
        return new Peer(
                id(n),
                "n" + n,
                address(n),
                new NodeAddress("10.0.0." + n, 5222),
                true,
                up,
                up ? Duration.ofMillis(120) : Duration.ofSeconds(75));
    }

    private static List<Peer> up(int... numbers) {
        List<Peer> peers = new ArrayList<>();
        for (int n : numbers) {
            peers.add(peer(n, true));
        }
        return peers;
    }

    @Test
    void refusesTwoVotersAndSaysWhatToType() {
        String refusal = Verdicts.join(up(1), NEW, address(9), false);
        assertNotNull(refusal);
        assertTrue(refusal.contains("two voters") && refusal.contains("--force"), refusal);
        assertNull(Verdicts.join(up(1), NEW, address(9), true));
    }

    @Test
    void takesTheThirdWithoutForce() {
        assertNull(Verdicts.join(up(1, 2), NEW, address(9), false));
    }

    @Test
    void refusesFourVotersAndNamesTheOneThatIsDown() {
        String refusal = Verdicts.join(up(1, 2, 3), NEW, address(9), false);
        assertNotNull(refusal);
        assertTrue(refusal.contains("four voters") && refusal.contains("fifth"), refusal);
        assertNull(Verdicts.join(up(1, 2, 3), NEW, address(9), true));
        assertNull(Verdicts.join(up(1, 2, 3, 4), NEW, address(9), false));
        List<Peer> oneDown = new ArrayList<>(up(1, 2));
        oneDown.add(peer(3, false));
        assertTrue(Verdicts.join(oneDown, NEW, address(9), false).contains("xmpp cluster remove " + id(3)));
        assertNull(Verdicts.join(oneDown, NEW, address(3), false), "it takes the place of the one that is down");
    }

    @Test
    void lettingAMemberJoinAgainIsNothing() {
        assertNull(Verdicts.join(up(1, 2), id(2), address(2), false));
    }

    @Test
    void refusesTheAddressOfALivingMemberAndNamesIt() {
        String refusal = Verdicts.join(up(1, 2, 3), NEW, address(3), false);
        assertNotNull(refusal);
        assertTrue(refusal.contains("node n3 (0000000000000003)") && refusal.contains("0.1 s ago"), refusal);
    }

    @Test
    void theAddressOfADeadMemberIsFreeAndItsVoteDoesNotCount() {
        List<Peer> peers = new ArrayList<>(up(1, 2));
        peers.add(peer(3, false));
        assertNull(Verdicts.join(peers, NEW, address(3), false));
        assertEquals(id(3), Verdicts.holder(peers, NEW, address(3)).id());
        List<Peer> two = new ArrayList<>(up(1));
        two.add(peer(3, false));
        assertNotNull(Verdicts.join(two, NEW, address(3), false));
    }

    @Test
    void leavingTwoBehindNeedsForceAndLeavingOneDoesNot() {
        assertNotNull(Verdicts.leave(up(1, 2, 3), id(1), false));
        assertNull(Verdicts.leave(up(1, 2, 3), id(1), true));
        assertNull(Verdicts.leave(up(1, 2), id(1), false));
        assertNull(Verdicts.leave(up(1, 2, 3, 4), id(1), false));
    }

    @Test
    void removingALivingNodeNeedsForce() {
        String refusal = Verdicts.remove(up(1, 2, 3), id(2), false);
        assertNotNull(refusal);
        assertTrue(refusal.contains("is up") && refusal.contains("--force"), refusal);
        assertNull(Verdicts.remove(up(1, 2, 3), id(2), true));
        List<Peer> peers = new ArrayList<>(up(1, 2));
        peers.add(peer(3, false));
        assertNull(Verdicts.remove(peers, id(3), false));
        assertNotNull(Verdicts.warning(peers, id(3)));
    }

    @Test
    void anUnknownNodeIsAnsweredWithThePeers() {
        assertEquals(
                "no such node: 0000000000000009. The peers are: 0000000000000001 n1 10.0.0.1:5290 up.",
                Verdicts.unknown(up(1), NEW));
    }

    @Test
    void agesReadAsPeopleSayThem() {
        assertEquals("1.9 s", Verdicts.age(Duration.ofMillis(1990)));
        assertEquals("2 min", Verdicts.age(Duration.ofSeconds(150)));
        assertEquals("3 h", Verdicts.age(Duration.ofHours(3)));
        assertEquals("an unknown time", Verdicts.age(null));
    }
}
