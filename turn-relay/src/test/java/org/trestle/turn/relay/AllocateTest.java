package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.turn.policy.AccountQuotas;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.TransportAddress;

/** Allocate and Refresh, RFC 8656 sections 7 and 8. */
final class AllocateTest {
    private static final int IPV6 = 2 << 24;
    private static final int IPV4 = 1 << 24;

    private final SimRelay sim = new SimRelay();

    @Test
    void anAllocationTellsItsAddressesAndLifetime() {
        Client client = sim.client();
        Reply reply = client.allocate();
        assertTrue(reply.isSuccess());
        assertTrue(reply.isSignedWith(client.key()));
        assertTrue(sim.ports.contains(reply.relayedPort()));
        assertEquals(SimRelay.PUBLIC4.withPort(reply.relayedPort()), reply.address(AttributeType.XOR_RELAYED_ADDRESS));
        assertEquals(client.leg.fiveTuple().client(), reply.address(AttributeType.XOR_MAPPED_ADDRESS));
        assertEquals(600, reply.number(AttributeType.LIFETIME));
        assertTrue(client.leg.isKept);
        assertEquals(List.of("opened alice"), sim.events);
    }

    @Test
    void aRetransmittedAllocateIsAnsweredAlike() {
        Client client = sim.client().challenged();
        byte[] request = client.signed(
                StunMethod.ALLOCATE,
                99,
                w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS)
                        .value(AttributeType.EVEN_PORT, new byte[] {(byte) 0x80}));
        Reply first = client.exchange(sim.buffer(request));
        sim.clock.pass(0.5);
        Reply second = client.exchange(sim.buffer(request));
        assertArrayEquals(first.bytes(), second.bytes());
        assertEquals(2, sim.ports.inUse());
        assertEquals(2, sim.quotas.total(), "the allocation and what it reserved");
    }

    @Test
    void aSecondAllocateIsAMismatch() {
        Client client = sim.client();
        client.allocate();
        assertEquals(437, client.allocate().error());
    }

    @Test
    void theFiveTupleIsFreeAsSoonAsItsAllocationIsDeleted() {
        Client client = sim.client();
        client.allocate();
        assertEquals(0, client.refresh(0).number(AttributeType.LIFETIME));
        sim.assertEmpty();
        assertFalse(client.leg.isKept);
        assertEquals(437, client.refresh(0).error());
        assertTrue(client.allocate().isSuccess());
    }

    @Test
    void requestedTransportIsNeededAndMustBeUdpOrTcpOverAStream() {
        Client client = sim.client();
        assertEquals(400, client.ask(StunMethod.ALLOCATE, w -> {}).error());
        assertEquals(
                442,
                client.ask(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, 33 << 24))
                        .error());
        assertEquals(
                400,
                client.ask(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.TCP_PEERS))
                        .error());
        sim.assertEmpty();
    }

    @Test
    void lifetimesLieBetweenTheDefaultAndTheGreatest() {
        assertEquals(600, lifetimeFor(10));
        assertEquals(600, lifetimeFor(599));
        assertEquals(1800, lifetimeFor(1800));
        assertEquals(3600, lifetimeFor(-1));
        Client client = sim.client();
        client.allocate();
        assertEquals(600, client.refresh(5).number(AttributeType.LIFETIME));
        assertEquals(3600, client.refresh(100_000).number(AttributeType.LIFETIME));
    }

    private long lifetimeFor(int wanted) {
        return sim.client()
                .allocate(w -> w.number(AttributeType.LIFETIME, wanted))
                .number(AttributeType.LIFETIME);
    }

    @Test
    void anAllocationEndsWithItsLifetimeAndNotBefore() {
        Client client = sim.client();
        client.allocate();
        sim.tickAfter(599);
        assertEquals(1, sim.quotas.total());
        client.nonce = new byte[0];
        assertTrue(client.refresh(600).isSuccess());
        sim.tickAfter(599);
        assertEquals(1, sim.quotas.total());
        sim.tickAfter(2);
        sim.assertEmpty();
        assertEquals("closed alice: its lifetime is over", sim.events.get(1));
    }

    @Test
    void whatHasExpiredIsNotUsedHoweverLateTheTickIs() {
        Client client = sim.client();
        TransportAddress peer = SimRelay.address("9.9.9.9", 9);
        int port = client.allocate().relayedPort();
        client.permit(peer);
        sim.clock.pass(601);
        sim.fromPeer(port, peer, new byte[10]);
        assertEquals(1, sim.dropped(Drop.NO_ALLOCATION));
        client.nonce = new byte[0];
        assertEquals(437, client.refresh(600).error());
        assertTrue(client.allocate().isSuccess());
    }

    @Test
    void ipv6IsGivenWhenAskedFor() {
        Reply reply = sim.client().allocate(w -> w.number(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV6));
        assertEquals(SimRelay.PUBLIC6.withPort(reply.relayedPort()), reply.address(AttributeType.XOR_RELAYED_ADDRESS));
    }

    @Test
    void aFamilyThatIsNotThereIs440() {
        sim.sockets.ipv6 = false;
        assertEquals(
                440,
                sim.client()
                        .allocate(w -> w.number(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV6))
                        .error());
        assertEquals(
                440,
                sim.client()
                        .allocate(w -> w.number(AttributeType.REQUESTED_ADDRESS_FAMILY, 9 << 24))
                        .error());
    }

    @Test
    void bothFamiliesAtOnceAndEachMayBeGivenUp() {
        Client client = sim.client();
        Reply reply = client.allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));
        List<TransportAddress> relayed = reply.addresses(AttributeType.XOR_RELAYED_ADDRESS);
        assertEquals(2, relayed.size());
        assertTrue(relayed.get(0).isIpv4());
        assertFalse(relayed.get(1).isIpv4());
        Reply half = client.ask(
                StunMethod.REFRESH,
                w -> w.number(AttributeType.LIFETIME, 0).number(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV4));
        assertTrue(half.isSuccess());
        assertEquals(1, sim.ports.inUse());
        assertEquals(443, client.permit(SimRelay.address("9.9.9.9", 0)).error());
        assertTrue(client.permit(SimRelay.address("2620:fe::fe", 0)).isSuccess());
        assertEquals(
                443,
                client.ask(StunMethod.REFRESH, w -> w.number(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV4))
                        .error());
        assertEquals(
                400,
                client.ask(StunMethod.REFRESH, w -> w.value(AttributeType.REQUESTED_ADDRESS_FAMILY, new byte[1]))
                        .error(),
                "no family at all");
        client.refresh(0);
        sim.assertEmpty();
    }

    @Test
    void eachFamilyIsRefreshedOnItsOwn() {
        Client client = sim.client();
        client.allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));
        sim.tickAfter(400);
        Reply reply = client.ask(StunMethod.REFRESH, w -> w.number(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV6));
        assertEquals(600, reply.number(AttributeType.LIFETIME));
        sim.tickAfter(300);
        assertEquals(1, sim.ports.inUse());
        client.nonce = new byte[0];
        assertEquals(443, client.permit(SimRelay.address("9.9.9.9", 0)).error());
        assertTrue(client.permit(SimRelay.address("2620:fe::fe", 0)).isSuccess());
        sim.tickAfter(301);
        sim.assertEmpty();
    }

    @Test
    void anotherUsersRepetitionIsNoRepetition() {
        Client client = sim.client().challenged();
        byte[] nonce = client.nonce;
        client.exchange(sim.buffer(client.signed(
                StunMethod.ALLOCATE, 99, w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS))));
        client.as("bob", "builder").nonce = nonce;
        Reply reply = client.exchange(sim.buffer(client.signed(
                StunMethod.ALLOCATE, 99, w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS))));
        assertEquals(437, reply.error());
    }

    @Test
    void oneOfBothFamiliesIsEnough() {
        sim.sockets.ipv6 = false;
        Reply reply = sim.client().allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));
        assertEquals(1, reply.addresses(AttributeType.XOR_RELAYED_ADDRESS).size());
        assertEquals(0x02000428, reply.number(AttributeType.ADDRESS_ERROR_CODE));
    }

    @Test
    void attributesThatExcludeEachOtherAre400() {
        byte[] even = {0};
        byte[] reserve = {(byte) 0x80};
        byte[] token = new byte[8];
        assertEquals(
                400,
                sim.client()
                        .allocate(w ->
                                w.value(AttributeType.RESERVATION_TOKEN, token).value(AttributeType.EVEN_PORT, even))
                        .error());
        assertEquals(
                400,
                sim.client()
                        .allocate(w -> w.value(AttributeType.RESERVATION_TOKEN, token)
                                .number(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV4))
                        .error());
        assertEquals(
                400,
                sim.client()
                        .allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6)
                                .number(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV4))
                        .error());
        assertEquals(
                400,
                sim.client()
                        .allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6)
                                .value(AttributeType.EVEN_PORT, reserve))
                        .error());
        assertEquals(
                400,
                sim.client()
                        .allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV4))
                        .error());
        sim.assertEmpty();
    }

    @Test
    void anEvenPortAndItsReservedNeighbour() {
        Client first = sim.client();
        Reply reply = first.allocate(w -> w.value(AttributeType.EVEN_PORT, new byte[] {(byte) 0x80}));
        byte[] token = reply.message().value(AttributeType.RESERVATION_TOKEN);
        int port = reply.relayedPort();
        assertEquals(0, port & 1);
        Client thief = sim.client().as("bob", "builder");
        assertEquals(
                508,
                thief.allocate(w -> w.value(AttributeType.RESERVATION_TOKEN, token))
                        .error());
        Client second = sim.client();
        assertEquals(
                port + 1,
                second.allocate(w -> w.value(AttributeType.RESERVATION_TOKEN, token))
                        .relayedPort());
        assertEquals(
                508,
                sim.client()
                        .allocate(w -> w.value(AttributeType.RESERVATION_TOKEN, token))
                        .error());
        first.refresh(0);
        second.refresh(0);
        sim.assertEmpty();
    }

    @Test
    void aReservationThatNobodyUsesEnds() {
        Client client = sim.client();
        Reply reply = client.allocate(w -> w.value(AttributeType.EVEN_PORT, new byte[] {(byte) 0x80}));
        byte[] token = reply.message().value(AttributeType.RESERVATION_TOKEN);
        client.refresh(0);
        assertEquals(1, sim.ports.inUse());
        sim.clock.pass(30);
        assertEquals(
                508,
                sim.client()
                        .allocate(w -> w.value(AttributeType.RESERVATION_TOKEN, token))
                        .error());
        sim.relay().tick();
        sim.assertEmpty();
    }

    @Test
    void portsThatOtherProgramsHoldArePassedBy() {
        sim.ports = new PortPool(24000, 24003, new java.security.SecureRandom());
        sim.sockets.takenByOthers.addAll(List.of(24000, 24001, 24003));
        assertEquals(24002, sim.client().allocate().relayedPort());
        assertEquals(508, sim.client().allocate().error());
        assertEquals(1, sim.ports.inUse());
    }

    @Test
    void drainingSendsClientsToALivingRelay() {
        TransportAddress other = SimRelay.address("198.41.0.2", 3478);
        @Nullable TransportAddress[] alternate = {other};
        sim.alternates = new Alternates() {
            @Override
            public boolean isDraining() {
                return true;
            }

            @Override
            public @Nullable TransportAddress alternateFor(FiveTuple client) {
                return alternate[0];
            }

            @Override
            public @Nullable TransportAddress withRoomFor(FiveTuple client) {
                return null;
            }
        };
        Client client = sim.client();
        assertSentTo198_41_0_2(client.allocate());
        alternate[0] = null;
        assertEquals(508, client.allocate().error());
        assertEquals(0, sim.quotas.total());
    }

    @Test
    void aFullRelaySendsClientsToOneWithRoom() {
        @Nullable TransportAddress[] roomy = {SimRelay.address("198.41.0.2", 3478)};
        sim.alternates = new Alternates() {
            @Override
            public boolean isDraining() {
                return false;
            }

            @Override
            public @Nullable TransportAddress alternateFor(FiveTuple client) {
                return null;
            }

            @Override
            public @Nullable TransportAddress withRoomFor(FiveTuple client) {
                return roomy[0];
            }
        };
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(2, 1, 0, 0));
        sim.ports = new PortPool(24000, 24000, new SeededRandom(1));
        assertTrue(sim.client().allocate().isSuccess());
        assertEquals(486, sim.client().allocate().error(), "what a user may have is no matter of room");
        Client other = sim.client().as("bob", "builder");
        assertSentTo198_41_0_2(other.allocate());
        assertEquals("FULL bob: no free relay port, sent to 198.41.0.2:3478", sim.lastRefusal());
        roomy[0] = null;
        assertEquals(508, other.allocate().error());
        assertEquals(1, sim.quotas.total());
    }

    private static void assertSentTo198_41_0_2(Reply reply) {
        assertEquals(300, reply.error());
        byte[] value = reply.message().value(AttributeType.ALTERNATE_SERVER);
        assertArrayEquals(new byte[] {0, 1, 13, (byte) 150, (byte) 198, 41, 0, 2}, value);
    }
}
