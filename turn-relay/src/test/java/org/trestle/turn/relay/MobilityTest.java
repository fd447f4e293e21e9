package org.trestle.turn.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.trestle.turn.policy.AccountQuotas;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.TransportAddress;

/** A client that moves to another five-tuple, RFC 8016, and what belongs to the relay of another loop. */
final class MobilityTest {
    private static final TransportAddress PEER = SimRelay.address("9.9.9.9", 80);

    private final SimRelay sim = new SimRelay();

    private static byte[] ticket(Reply reply) {
        byte[] ticket = reply.message().value(AttributeType.MOBILITY_TICKET);
        assertTrue(ticket != null && ticket.length > 16);
        return ticket;
    }

    private static Reply mobile(Client client) {
        return client.allocate(w -> w.flag(AttributeType.MOBILITY_TICKET));
    }

    private static Reply resume(Client client, byte[] ticket) {
        return client.ask(
                StunMethod.REFRESH,
                w -> w.number(AttributeType.LIFETIME, 600).value(AttributeType.MOBILITY_TICKET, ticket));
    }

    @Test
    void theAllocationFollowsItsClient() {
        Client home = sim.client();
        Reply reply = mobile(home);
        int port = reply.relayedPort();
        home.bind(0x4000, PEER);
        Client train = sim.client(Transport.UDP, "198.51.100.20");
        Reply resumed = resume(train, ticket(reply));
        assertTrue(resumed.isSuccess());
        assertFalse(Arrays.equals(ticket(reply), ticket(resumed)));
        sim.fromPeer(port, PEER, new byte[] {1});
        assertArrayEquals(new byte[] {0x40, 0, 0, 1, 1}, train.received());
        home.channelData(0x4000, "from the old place");
        assertEquals(1, sim.dropped(Drop.NO_ALLOCATION));
        train.channelData(0x4000, "from the new place");
        assertEquals(1, sim.socket(port).sent.size());
        assertFalse(home.leg.isKept);
        assertTrue(train.leg.isKept);
        assertEquals(1, sim.quotas.total());
        assertArrayEquals(ticket(resumed), ticket(resume(train, ticket(reply))), "a repetition is answered alike");
        train.refresh(0);
        sim.assertEmpty();
    }

    @Test
    void anAllocationIsCountedWithTheTransportThatItsClientHas() {
        RelayCounters counters = sim.relay().counters();
        Reply reply = mobile(sim.client(Transport.TLS, "203.0.113.9"));
        assertEquals(1, counters.get(Transport.TLS));
        Client train = sim.client(Transport.UDP, "198.51.100.20");
        assertTrue(resume(train, ticket(reply)).isSuccess());
        assertEquals(0, counters.get(Transport.TLS));
        assertEquals(1, counters.get(Transport.UDP));
        train.refresh(0);
        sim.assertEmpty();
    }

    @Test
    void aTicketWorksOnceAndForItsUserOnly() {
        byte[] ticket = ticket(mobile(sim.client()));
        assertEquals(441, resume(sim.client().as("bob", "builder"), ticket).error());
        assertTrue(resume(sim.client(), ticket).isSuccess());
        assertEquals(400, resume(sim.client(), ticket).error());
        assertEquals(
                400, resume(sim.client(), "A".repeat(32).getBytes(US_ASCII)).error());
        assertEquals(
                400,
                resume(sim.client(), "A".repeat(31).concat("=").getBytes(US_ASCII))
                        .error());
        assertEquals(400, resume(sim.client(), new byte[32]).error());
        assertEquals(400, resume(sim.client(), new byte[3]).error());
    }

    /** The client of coturn keeps at most 32 bytes of a ticket, as text that a zero ends. */
    @Test
    void aTicketIsTextOf32Characters() {
        String ticket = new String(ticket(mobile(sim.client())), US_ASCII);
        assertTrue(ticket.matches("[A-Za-z0-9_-]{32}"), ticket);
    }

    /** What is refused changes nothing: the ticket is still good, and the old place still has the allocation. */
    @Test
    void aRefusedMoveMovesNothing() {
        Client home = sim.client();
        Reply reply = mobile(home);
        byte[] ticket = ticket(reply);
        Client train = sim.client(Transport.UDP, "198.51.100.20");
        Reply otherFamily = train.ask(
                StunMethod.REFRESH,
                w -> w.value(AttributeType.MOBILITY_TICKET, ticket)
                        .number(AttributeType.REQUESTED_ADDRESS_FAMILY, 2 << 24));
        assertEquals(443, otherFamily.error());
        Reply malformed = train.ask(
                StunMethod.REFRESH,
                w -> w.value(AttributeType.MOBILITY_TICKET, ticket).value(AttributeType.LIFETIME, new byte[3]));
        assertEquals(400, malformed.error());
        assertTrue(home.leg.isKept);
        assertFalse(train.leg.isKept);
        assertTrue(resume(train, ticket).isSuccess());
    }

    @Test
    void withoutMobilityItIs405() {
        sim.with(old -> new RelaySettings(
                old.realm(), old.publicIpv4(), old.publicIpv6(), 600, 3600, 600, 16, 16, 4, 0, false, true, 1000));
        assertEquals(405, mobile(sim.client()).error());
        assertEquals(405, resume(sim.client(), new byte[25]).error());
    }

    /** A broken connection may be resumed; until then the quota stays taken, so nobody gains by breaking it. */
    @Test
    void aBrokenConnectionKeepsItsAllocationAndItsQuota() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(1_000_000, 1, 0, 0));
        Client home = sim.client(Transport.TLS, "203.0.113.7");
        byte[] ticket = ticket(mobile(home));
        sim.relay().gone(home.leg);
        assertEquals(486, sim.client().allocate().error());
        Client train = sim.client(Transport.TLS, "198.51.100.20");
        assertTrue(resume(train, ticket).isSuccess());
        assertEquals(486, sim.client().allocate().error());
        sim.tickAfter(601);
        sim.assertEmpty();
    }

    /** The kernel gives the second five-tuple to another loop: the request finds the relay that has the allocation. */
    @Test
    void ticketsTokensAndIdsFindTheLoopThatGaveThemOut() {
        NonceSecret secret = new NonceSecret(new SecureRandom(), sim.clock.nanos());
        Relay[] loops = new Relay[2];
        sim.neighbours = (index, leg, message) -> {
            if (index >= loops.length) {
                return false;
            }
            ByteBuf copy = message.copy(message.readerIndex(), message.readableBytes());
            loops[index].fromClient(leg, copy);
            return true;
        };
        loops[0] = sim.another(0, secret);
        loops[1] = sim.another(1, secret);
        Client client = sim.client().challengedBy(loops[1]);
        Reply first = client.askOf(
                loops[1],
                StunMethod.ALLOCATE,
                w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS)
                        .flag(AttributeType.MOBILITY_TICKET)
                        .value(AttributeType.EVEN_PORT, new byte[] {(byte) 0x80}));
        byte[] token = first.message().value(AttributeType.RESERVATION_TOKEN);
        Client second = sim.client().challengedBy(loops[0]);
        Reply neighbour = second.askOf(
                loops[0],
                StunMethod.ALLOCATE,
                w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS)
                        .value(AttributeType.RESERVATION_TOKEN, token));
        assertEquals(first.relayedPort() + 1, neighbour.relayedPort());
        Client moved = sim.client().challengedBy(loops[0]);
        Reply resumed = moved.askOf(
                loops[0],
                StunMethod.REFRESH,
                w -> w.number(AttributeType.LIFETIME, 600).value(AttributeType.MOBILITY_TICKET, ticket(first)));
        assertTrue(resumed.isSuccess());
        assertEquals(0, loops[0].counters().get(RelayCounters.Count.ALLOCATIONS_NOW));
        assertEquals(2, loops[1].counters().get(RelayCounters.Count.ALLOCATIONS_NOW));
        byte[] decoded = Base64.getUrlDecoder().decode(ticket(resumed));
        decoded[0] = 77;
        byte[] foreign = Base64.getUrlEncoder().encode(decoded);
        Client lost = sim.client().challengedBy(loops[0]);
        assertEquals(
                400,
                lost.askOf(loops[0], StunMethod.REFRESH, w -> w.value(AttributeType.MOBILITY_TICKET, foreign))
                        .error(),
                "there is no loop 77");
    }
}
