package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/** Permissions, channels, indications and media, RFC 8656 sections 9 to 12. */
final class PeersTest {
    private static final TransportAddress PEER = SimRelay.address("9.9.9.9", 5000);
    private static final TransportAddress OTHER = SimRelay.address("9.9.9.10", 5000);

    private final SimRelay sim = new SimRelay();
    private final Client client = sim.client();
    private int port;

    @BeforeEach
    void allocate() {
        port = client.allocate().relayedPort();
    }

    @Test
    void aPermissionLetsIndicationsThroughBothWays() {
        assertTrue(client.permit(PEER).isSuccess());
        client.send(PEER, "to the peer");
        FakeSockets.Sent sent = sim.socket(port).sent.poll();
        assertNotNull(sent);
        assertEquals("to the peer", new String(sent.payload(), StandardCharsets.UTF_8));
        assertEquals(PEER.socketAddress(), sent.peer());
        sim.fromPeer(port, PEER.withPort(77), "back".getBytes(StandardCharsets.UTF_8));
        Reply indication = new Reply(client.received());
        assertEquals(StunClass.INDICATION, indication.message().messageClass());
        assertEquals(StunMethod.DATA, indication.message().method());
        assertEquals(PEER.withPort(77), indication.address(AttributeType.XOR_PEER_ADDRESS));
        assertEquals("back", indication.message().text(AttributeType.DATA));
        sim.assertNoBuffers();
    }

    @Test
    void withoutPermissionNothingPasses() {
        client.send(PEER, "x");
        sim.fromPeer(port, PEER, new byte[10]);
        assertEquals(2, sim.dropped(Drop.NO_PERMISSION));
        assertNull(client.leg.received.poll());
        assertTrue(sim.socket(port).sent.isEmpty());
        sim.assertNoBuffers();
    }

    @Test
    void permissionsLastFiveMinutesAndAreRenewed() {
        client.refresh(3600);
        client.permit(PEER);
        sim.tickAfter(299);
        client.send(PEER, "in time");
        assertEquals(1, sim.socket(port).sent.size());
        client.permit(PEER);
        sim.tickAfter(299);
        client.send(PEER, "renewed");
        assertEquals(2, sim.socket(port).sent.size());
        sim.clock.pass(2);
        client.send(PEER, "late");
        assertEquals(2, sim.socket(port).sent.size());
        assertEquals(1, sim.dropped(Drop.NO_PERMISSION));
    }

    @Test
    void aRefusedCreatePermissionPermitsNobody() {
        Reply reply = client.permit(PEER, SimRelay.address("2620:fe::9", 0));
        assertEquals(443, reply.error());
        client.send(PEER, "x");
        assertEquals(1, sim.dropped(Drop.NO_PERMISSION));
        assertEquals(400, client.ask(StunMethod.CREATE_PERMISSION, w -> {}).error());
        assertEquals(
                400,
                client.ask(StunMethod.CREATE_PERMISSION, w -> w.number(AttributeType.XOR_PEER_ADDRESS, 1))
                        .error());
    }

    @Test
    void permissionsAndChannelsAreLimitedPerAllocation() {
        for (int i = 0; i < 16; i++) {
            assertTrue(client.permit(SimRelay.address("9.9.9." + i, 0)).isSuccess());
        }
        assertEquals(508, client.permit(SimRelay.address("9.9.9.16", 0)).error());
        assertEquals(508, client.bind(0x4000, SimRelay.address("9.9.9.17", 9)).error());
        assertTrue(client.permit(SimRelay.address("9.9.9.3", 0)).isSuccess());
        for (int i = 0; i < 16; i++) {
            assertTrue(client.bind(0x4000 + i, SimRelay.address("9.9.9.1", 100 + i))
                    .isSuccess());
        }
        assertEquals(508, client.bind(0x4100, SimRelay.address("9.9.9.1", 99)).error());
        client.refresh(3600);
        sim.clock.pass(301);
        assertTrue(client.permit(SimRelay.address("9.9.9.16", 0)).isSuccess(), "the old ones have expired");
    }

    @Test
    void aChannelCarriesDataBothWays() {
        assertTrue(client.bind(0x4001, PEER).isSuccess());
        client.channelData(0x4001, "ping");
        FakeSockets.Sent sent = sim.socket(port).sent.poll();
        assertEquals("ping", new String(sent.payload(), StandardCharsets.UTF_8));
        assertEquals(PEER.socketAddress(), sent.peer());
        client.channelData(0x4001, "again");
        assertSame(sent.peer(), sim.socket(port).sent.poll().peer(), "the address object is made once");
        sim.fromPeer(port, PEER, "pong!".getBytes(StandardCharsets.UTF_8));
        assertArrayEquals(new byte[] {0x40, 1, 0, 5, 'p', 'o', 'n', 'g', '!'}, client.received());
        assertEquals(1, sim.relay().counters().get(RelayCounters.Count.PACKETS_TO_CLIENT));
        assertEquals(9, sim.relay().counters().get(RelayCounters.Count.BYTES_TO_PEER));
        sim.assertNoBuffers();
    }

    @Test
    void overAStreamChannelDataIsPaddedWithZeros() {
        Client stream = sim.client(Transport.TLS, "203.0.113.8");
        int streamPort = stream.allocate().relayedPort();
        stream.bind(0x4001, PEER);
        TransportAddress peer = PEER;
        ByteBuf bytes = sim.allocator.heapBuffer(100);
        bytes.writeZero(100).setByte(41, 0x55).setIndex(40, 41);
        for (int dirty = 42; dirty < 50; dirty++) {
            bytes.setByte(dirty, 0xff);
        }
        sim.relay().fromPeer(sim.socket(streamPort), peer.high(), peer.low(), peer.port(), bytes);
        assertArrayEquals(new byte[] {0x40, 1, 0, 1, 0, 0, 0, 0}, stream.received());
        sim.assertNoBuffers();
    }

    @Test
    void aPayloadWithoutRoomAroundItIsCopied() {
        client.bind(0x4001, PEER);
        ByteBuf tight = sim.allocator.heapBuffer(4, 4).writeBytes(new byte[] {1, 2, 3, 4});
        sim.relay().fromPeer(sim.socket(port), PEER.high(), PEER.low(), PEER.port(), tight);
        assertArrayEquals(new byte[] {0x40, 1, 0, 4, 1, 2, 3, 4}, client.received());
        client.permit(OTHER);
        ByteBuf odd = sim.allocator.heapBuffer(3, 3).writeBytes(new byte[] {1, 2, 3});
        sim.relay().fromPeer(sim.socket(port), OTHER.high(), OTHER.low(), OTHER.port(), odd);
        assertArrayEquals(
                new byte[] {1, 2, 3}, new Reply(client.received()).message().value(AttributeType.DATA));
        sim.assertNoBuffers();
    }

    @Test
    void aChannelHasOnePeerAndAPeerOneChannel() {
        assertTrue(client.bind(0x4001, PEER).isSuccess());
        assertTrue(client.bind(0x4001, PEER).isSuccess(), "renewing is no conflict");
        assertEquals(400, client.bind(0x4001, OTHER).error());
        assertEquals(400, client.bind(0x4001, PEER.withPort(1)).error());
        assertEquals(400, client.bind(0x4002, PEER).error());
        assertTrue(client.bind(0x4002, OTHER).isSuccess());
    }

    @Test
    void channelsAre0x4000To0x4FFF() {
        assertEquals(400, client.bind(0x3fff, PEER).error());
        assertEquals(400, client.bind(0x5000, PEER).error());
        assertEquals(400, client.bind(0x7fff, PEER).error());
        assertTrue(client.bind(0x4fff, PEER).isSuccess());
        assertTrue(client.bind(0x4000, OTHER).isSuccess());
        assertEquals(
                400,
                client.ask(StunMethod.CHANNEL_BIND, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER))
                        .error());
        assertEquals(
                400,
                client.ask(StunMethod.CHANNEL_BIND, w -> w.number(AttributeType.CHANNEL_NUMBER, 0x4003_0000))
                        .error());
        client.channelData(0x4abc, "unbound");
        assertEquals(1, sim.dropped(Drop.UNBOUND_CHANNEL));
    }

    /** A channel lasts ten minutes, the permission that came with it five; renewing the permission is enough. */
    /** A permission is for an address and looks at no port (RFC 8656 section 10.2); nobody can be sent to at port 0. */
    @Test
    void port0IsNoPeerOfAChannelNorOfData() {
        assertTrue(client.permit(PEER.withPort(0)).isSuccess());
        assertEquals(400, client.bind(0x4000, PEER.withPort(0)).error());
        assertEquals("BAD_REQUEST alice: port 0 of " + PEER.withPort(0), sim.lastRefusal());
        client.send(PEER.withPort(0), "to nobody");
        assertEquals(1, sim.dropped(Drop.UNUSABLE_INDICATION));
        assertTrue(sim.socket(port).sent.isEmpty());
        client.send(PEER, "to the peer");
        assertEquals(1, sim.socket(port).sent.size());
    }

    @Test
    void aChannelOutlivesItsPermissionAndBothAreRenewed() {
        client.refresh(3600);
        client.bind(0x4001, PEER);
        sim.tickAfter(301);
        client.channelData(0x4001, "no permission");
        assertEquals(1, sim.dropped(Drop.NO_PERMISSION));
        client.permit(PEER);
        client.channelData(0x4001, "again");
        assertEquals(1, sim.socket(port).sent.size());
        sim.tickAfter(298);
        client.permit(PEER);
        sim.tickAfter(2);
        client.channelData(0x4001, "the channel is over");
        assertEquals(1, sim.dropped(Drop.UNBOUND_CHANNEL));
        sim.fromPeer(port, PEER, new byte[1]);
        assertEquals(StunMethod.DATA, new Reply(client.received()).message().method());
        client.nonce = new byte[0];
        assertTrue(client.bind(0x4002, PEER).isSuccess(), "the peer is free for another channel");
        assertTrue(client.bind(0x4001, OTHER).isSuccess(), "the channel is free for another peer");
    }

    @Test
    void aChannelForAnAddressOfAnotherFamilyIs443() {
        assertEquals(443, client.bind(0x4001, SimRelay.address("2620:fe::9", 9)).error());
    }

    @Test
    void anIcmpErrorReachesTheClientThatMayKnow() {
        FakeSockets.Socket socket = sim.socket(port);
        sim.relay().icmp(socket, PEER.high(), PEER.low(), PEER.port(), 3, 4, 1280);
        assertNull(client.leg.received.poll(), "no permission, no news");
        client.permit(PEER);
        sim.relay().icmp(socket, PEER.high(), PEER.low(), PEER.port(), 8, 0, 0);
        assertNull(client.leg.received.poll(), "an echo request is no error");
        sim.relay().icmp(socket, PEER.high(), PEER.low(), PEER.port(), 3, 4, 1280);
        Reply reply = new Reply(client.received());
        assertEquals(StunMethod.DATA, reply.message().method());
        assertEquals(PEER, reply.address(AttributeType.XOR_PEER_ADDRESS));
        assertArrayEquals(new byte[] {0, 0, 6, 4, 0, 0, 5, 0}, reply.message().value(AttributeType.ICMP));
        assertFalse(reply.has(AttributeType.DATA));
    }

    @Test
    void dontFragmentIsPassedOn() {
        client.permit(PEER);
        ByteBuf out = sim.allocator.heapBuffer();
        new StunWriter()
                .begin(out, StunMethod.SEND.type(StunClass.INDICATION), 1, 2)
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER)
                .flag(AttributeType.DONT_FRAGMENT)
                .text(AttributeType.DATA, "whole")
                .end();
        sim.relay().fromClient(client.leg, out);
        assertTrue(sim.socket(port).sent.poll().dontFragment());
    }

    @Test
    void anEmptyDatagramIsADatagram() {
        client.permit(PEER);
        client.send(PEER, "");
        assertEquals(0, sim.socket(port).sent.poll().payload().length);
        client.bind(0x4001, PEER);
        client.channelData(0x4001, "");
        assertEquals(0, sim.socket(port).sent.poll().payload().length);
    }

    @Test
    void datagramsThatSayMoreThanTheyHaveAreDropped() {
        client.bind(0x4001, PEER);
        sim.relay().fromClient(client.leg, sim.buffer(new byte[] {0x40, 1, 0, 5, 1, 2, 3, 4}));
        sim.relay().fromClient(client.leg, sim.buffer(new byte[] {0x40, 1, 0}));
        sim.relay().fromClient(client.leg, sim.buffer(new byte[] {0x40}));
        assertEquals(3, sim.dropped(Drop.MALFORMED));
        sim.relay().fromClient(client.leg, sim.buffer(new byte[] {0x40, 1, 0, 2, 1, 2, 0, 0}));
        assertEquals(2, sim.socket(port).sent.poll().payload().length, "padding is not payload");
        sim.assertNoBuffers();
    }

    @Test
    void fromANetworkWithoutTheClientsFamilyNothingIsMixedUp() {
        client.permit(PEER);
        ByteBuf out = sim.allocator.heapBuffer();
        new StunWriter().begin(out, StunMethod.SEND.type(StunClass.INDICATION), 1, 2);
        long mask = 0x2112a442L << 32 | 1;
        out.writeShort(AttributeType.XOR_PEER_ADDRESS)
                .writeShort(20)
                .writeShort(2)
                .writeShort(5000 ^ 0x2112);
        out.writeLong(PEER.high() ^ mask).writeLong(PEER.low() ^ 2);
        out.writeShort(AttributeType.DATA).writeShort(0).setShort(2, 28);
        sim.relay().fromClient(client.leg, out);
        assertEquals(1, sim.dropped(Drop.UNUSABLE_INDICATION));
    }
}
