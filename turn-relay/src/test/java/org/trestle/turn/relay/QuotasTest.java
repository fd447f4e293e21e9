package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.trestle.turn.policy.AccountQuotas;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.TransportAddress;

/** Quotas by count and by bandwidth: per user, per allocation, and for all. */
final class QuotasTest {
    private static final TransportAddress PEER = SimRelay.address("9.9.9.9", 5000);

    private final SimRelay sim = new SimRelay();

    @Test
    void oneAllocationTooManyOfAUserIs486() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(1_000_000, 2, 0, 0));
        Client first = sim.client();
        first.allocate();
        sim.client().allocate();
        assertEquals(486, sim.client().allocate().error());
        assertEquals("USER_QUOTA alice", sim.lastRefusal());
        assertTrue(sim.client().as("bob", "builder").allocate().isSuccess());
        first.refresh(0);
        assertTrue(sim.client().allocate().isSuccess());
    }

    @Test
    void oneAllocationTooManyOfAnAddressIs486() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(100, 100, 2, 0, 0));
        Client first = sim.client();
        assertTrue(first.allocate().isSuccess());
        assertTrue(sim.client().as("bob", "builder").allocate().isSuccess());
        assertEquals(486, sim.client().allocate().error());
        assertTrue(sim.lastRefusal().startsWith("ADDRESS_QUOTA alice"), sim.lastRefusal());
        assertEquals(1, sim.relay().counters().get(Refusal.ADDRESS_QUOTA));
        assertTrue(sim.client(Transport.UDP, "203.0.113.8").allocate().isSuccess());
        first.refresh(0);
        assertTrue(sim.client().allocate().isSuccess(), "what ended is given back");
        sim.relay().close("the test is over");
        sim.assertEmpty();
        assertEquals(0, sim.quotas.addresses());
    }

    @Test
    void oneAllocationTooManyOfAllIs508() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(2, 1_000_000, 0, 0));
        sim.client().allocate();
        sim.client().as("bob", "builder").allocate();
        assertEquals(508, sim.client().allocate().error());
        assertEquals(2, sim.quotas.total());
    }

    @Test
    void whenThePortsAreGoneIts508AndTheQuotaIsGivenBack() {
        sim.ports = new PortPool(24000, 24001, new java.security.SecureRandom());
        sim.client().allocate();
        sim.client().allocate();
        assertEquals(508, sim.client().allocate().error());
        assertEquals("NO_PORTS alice", sim.lastRefusal());
        assertEquals(2, sim.quotas.total());
        assertEquals(2, sim.quotas.byAccount().get("alice"));
    }

    /** Allocate with a reservation, delete, again: without a limit the reserved ports would pile up. */
    @Test
    void reservedPortsCountUntilTheyAreUsedOrOver() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(100, 3, 0, 0));
        byte[] reserve = {(byte) 0x80};
        Client client = sim.client();
        Reply first = client.allocate(w -> w.value(AttributeType.EVEN_PORT, reserve));
        byte[] token = first.message().value(AttributeType.RESERVATION_TOKEN);
        client.refresh(0);
        assertTrue(
                client.allocate(w -> w.value(AttributeType.EVEN_PORT, reserve)).isSuccess());
        client.refresh(0);
        assertEquals(2, sim.quotas.total());
        assertEquals(
                486,
                client.allocate(w -> w.value(AttributeType.EVEN_PORT, reserve)).error());
        assertEquals(2, sim.ports.inUse());
        assertTrue(client.allocate().isSuccess());
        Client second = sim.client();
        assertTrue(second.allocate(w -> w.value(AttributeType.RESERVATION_TOKEN, token))
                .isSuccess());
        assertEquals(3, sim.quotas.total());
        client.refresh(0);
        second.refresh(0);
        sim.tickAfter(31);
        sim.assertEmpty();
    }

    @Test
    void tenThousandAllocationsLeaveNothingBehind() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(2, 2, 1000, 1000));
        Client client = sim.client();
        byte[][] even = {{0}, {(byte) 0x80}};
        for (int i = 0; i < 10_000; i++) {
            int kind = i % 4;
            Reply reply = client.allocate(w -> {
                if (kind >= 2) {
                    w.value(AttributeType.EVEN_PORT, even[kind - 2]);
                } else if (kind == 1) {
                    w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 2 << 24);
                }
            });
            assertTrue(reply.isSuccess(), () -> sim.lastRefusal());
            if (i % 100 == 0) {
                client.bind(0x4000, PEER);
            }
            client.refresh(0);
            if (kind == 3) {
                sim.tickAfter(30);
                client.nonce = new byte[0];
            }
        }
        assertEquals(10_000, sim.relay().counters().get(RelayCounters.Count.ALLOCATIONS_OPENED));
        sim.assertEmpty();
    }

    @Test
    void theBandwidthOfAnAllocationIsKept() {
        sim.with(old -> new RelaySettings(
                old.realm(), old.publicIpv4(), old.publicIpv6(), 600, 3600, 600, 16, 16, 4, 1000, true, true, 1000));
        int port = sim.client().allocate().relayedPort();
        Client client = sim.client();
        int own = client.allocate().relayedPort();
        client.bind(0x4000, PEER);
        String hundred = "x".repeat(100);
        for (int i = 0; i < 30; i++) {
            client.channelData(0x4000, hundred);
        }
        assertEquals(10, sim.socket(own).sent.size(), "one second's worth at once");
        assertEquals(20, sim.dropped(Drop.ALLOCATION_BANDWIDTH));
        sim.clock.pass(0.5);
        for (int i = 0; i < 30; i++) {
            client.channelData(0x4000, hundred);
        }
        assertEquals(15, sim.socket(own).sent.size());
        assertEquals(0, sim.socket(port).sent.size());
        List<AllocationView> views = new ArrayList<>();
        sim.relay().forEach(views::add);
        assertEquals(45, views.get(1).counts().packetsDropped());
        assertEquals(15, views.get(1).counts().packetsToPeer());
        assertEquals(1500, views.get(1).counts().bytesToPeer());
    }

    @Test
    void theBandwidthOfAUserIsSharedByItsAllocations() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(1_000_000, 1_000_000, 1000, 0));
        assertEquals(10, delivered("alice", "wonderland", "alice", "wonderland"));
        assertEquals(10, sim.dropped(Drop.USER_BANDWIDTH));
        assertEquals(20, delivered("bob", "builder", "carol", "sings"));
    }

    @Test
    void theBandwidthOfAllIsSharedByAll() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(1_000_000, 1_000_000, 0, 1500));
        assertEquals(15, delivered("bob", "builder", "alice", "wonderland"));
        assertEquals(5, sim.dropped(Drop.TOTAL_BANDWIDTH));
    }

    /** Two allocations, a kilobyte through each in turns of 100 bytes; how many packets got through. */
    private int delivered(String user, String password, String other, String otherPassword) {
        sim.credentials.with("carol", "sings");
        Client one = sim.client().as(user, password);
        Client two = sim.client().as(other, otherPassword);
        int onePort = one.allocate().relayedPort();
        int twoPort = two.allocate().relayedPort();
        one.bind(0x4000, PEER);
        two.bind(0x4000, PEER);
        for (int i = 0; i < 10; i++) {
            one.channelData(0x4000, "x".repeat(100));
            sim.fromPeer(twoPort, PEER, new byte[100]);
        }
        return sim.socket(onePort).sent.size()
                + (int) two.leg.received.stream()
                        .filter(bytes -> bytes.length == 104)
                        .count();
    }

    @Test
    void aBucketLetsALargePacketThroughWhenItIsFull() {
        TokenBucket bucket = new TokenBucket(100);
        long now = Long.MAX_VALUE - 10;
        assertTrue(bucket.take(1500, now));
        assertEquals(false, bucket.take(1, now + 13_900_000_000L));
        assertTrue(bucket.take(1, now + 14_100_000_000L));
    }

    @Test
    void aPoolGivesEachPortOnceAndTakesItBack() {
        PortPool pool = new PortPool(24001, 24006, new java.security.SecureRandom());
        assertEquals(
                2,
                List.of(pool.takePair(AddressFamily.IPV4, p -> true), pool.takePair(AddressFamily.IPV4, p -> true))
                        .stream()
                        .distinct()
                        .filter(p -> p == 24002 || p == 24004)
                        .count());
        assertEquals(24006, pool.takeEven(AddressFamily.IPV6, p -> true));
        assertEquals(24001, pool.take(AddressFamily.IPV4, true, p -> true));
        assertEquals(PortPool.NONE, pool.take(AddressFamily.IPV4, true, p -> true));
        pool.giveBack(24003);
        assertEquals(PortPool.NONE, pool.takePair(AddressFamily.IPV4, p -> true));
        assertEquals(24003, pool.take(AddressFamily.IPV4, true, p -> true));
        assertEquals(6, pool.inUse());
        assertTrue(pool.holds(24001, AddressFamily.IPV4, true) && pool.holds(24006, AddressFamily.IPV6, false));
        assertFalse(pool.holds(24001, AddressFamily.IPV4, false) || pool.holds(24001, AddressFamily.IPV6, true));
        assertFalse(pool.holds(24000, AddressFamily.IPV4, true) || pool.holds(24007, AddressFamily.IPV4, true));
        long releases = pool.releases();
        pool.giveBack(24001);
        assertFalse(pool.holds(24001, AddressFamily.IPV4, true));
        assertEquals(releases + 1, pool.releases());
    }
}
