package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Fingerprint;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.TransportAddress;

/** TCP to the peer, RFC 6062. */
final class TcpPeersTest {
    private static final TransportAddress PEER = SimRelay.address("9.9.9.9", 80);

    private final SimRelay sim = new SimRelay();
    private final Client client = sim.client(Transport.TCP, "203.0.113.7");

    private Reply allocate() {
        return client.ask(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.TCP_PEERS));
    }

    private FakeSockets.Connecting connect(TransportAddress peer) {
        client.leg.received.clear();
        sim.relay()
                .fromClient(
                        client.leg,
                        sim.buffer(client.signed(
                                StunMethod.CONNECT, 500, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer))));
        return sim.sockets.connecting.remove(0);
    }

    private Reply bind(Client data, long id) {
        return data.ask(StunMethod.CONNECTION_BIND, w -> w.number(AttributeType.CONNECTION_ID, (int) id));
    }

    @Test
    void aClientConnectsToAPeerAndBindsTheConnection() {
        assertTrue(allocate().isSuccess());
        FakeSockets.Connecting connecting = connect(PEER);
        assertNull(client.leg.received.poll(), "no answer before the peer has answered");
        FakeSockets.Connection connection = new FakeSockets.Connection(PEER);
        connecting.outcome().connected(connection);
        Reply reply = new Reply(client.received());
        assertTrue(reply.isSuccess());
        assertTrue(reply.isSignedWith(client.key()));
        Client data = sim.client(Transport.TCP, "203.0.113.7");
        long id = reply.number(AttributeType.CONNECTION_ID);
        assertTrue(bind(data, id).isSuccess());
        assertSame(connection, data.leg.spliced);
        assertEquals(400, bind(sim.client(Transport.TCP, "203.0.113.7"), id).error(), "an id binds once");
        sim.tickAfter(60);
        assertFalse(connection.closed);
        client.refresh(0);
        assertTrue(connection.closed, "connections end with their allocation");
        sim.assertEmpty();
    }

    @Test
    void aPeerThatDoesNotAnswerIs447() {
        allocate();
        connect(PEER).outcome().connected(null);
        assertEquals(447, new Reply(client.received()).error());
        assertTrue(connect(PEER).peer().equals(PEER), "it may be tried again");
    }

    @Test
    void whoSendsAFingerprintWithConnectGetsOneBack() {
        allocate();
        for (FakeSockets.Connection outcome : Arrays.asList(null, new FakeSockets.Connection(PEER))) {
            ByteBuf request = sim.buffer(
                    client.signed(StunMethod.CONNECT, 500, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER)));
            request.setShort(2, request.readableBytes() - 20 + 8);
            CRC32 crc = new CRC32();
            crc.update(request.nioBuffer());
            request.writeShort(AttributeType.FINGERPRINT).writeShort(4).writeInt((int) crc.getValue() ^ 0x5354554e);
            assertNull(client.exchange(request));
            sim.sockets.connecting.remove(0).outcome().connected(outcome);
            Reply reply = new Reply(client.received());
            assertEquals(outcome == null ? 447 : 0, reply.error());
            assertTrue(reply.has(AttributeType.FINGERPRINT));
            assertTrue(Fingerprint.isRightOrAbsent(reply.message()));
            assertTrue(reply.isSignedWith(client.key()));
        }
    }

    @Test
    void aConnectToPort0Is400() {
        allocate();
        Reply reply =
                client.ask(StunMethod.CONNECT, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER.withPort(0)));
        assertEquals(400, reply.error());
        assertTrue(sim.sockets.connecting.isEmpty());
    }

    @Test
    void twoConnectionsToOnePeerAre446() {
        allocate();
        connect(PEER);
        assertEquals(
                446,
                client.ask(StunMethod.CONNECT, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER))
                        .error());
    }

    @Test
    void aConnectionThatNobodyBindsIsClosed() {
        allocate();
        FakeSockets.Connection connection = new FakeSockets.Connection(PEER);
        connect(PEER).outcome().connected(connection);
        long id = new Reply(client.received()).number(AttributeType.CONNECTION_ID);
        sim.tickAfter(29);
        assertFalse(connection.closed);
        sim.tickAfter(2);
        assertTrue(connection.closed);
        assertEquals(400, bind(sim.client(Transport.TCP, "203.0.113.7"), id).error());
    }

    @Test
    void anIncomingConnectionNeedsAPermission() {
        int port = allocate().relayedPort();
        FakeSockets.Connection stranger = new FakeSockets.Connection(PEER);
        sim.relay().fromPeer(sim.sockets.listening.get(port), stranger);
        assertTrue(stranger.closed);
        client.permit(PEER);
        FakeSockets.Connection friend = new FakeSockets.Connection(PEER.withPort(999));
        sim.relay().fromPeer(sim.sockets.listening.get(port), friend);
        Reply attempt = new Reply(client.received());
        assertEquals(StunMethod.CONNECTION_ATTEMPT, attempt.message().method());
        assertEquals(PEER.withPort(999), attempt.address(AttributeType.XOR_PEER_ADDRESS));
        Client data = sim.client(Transport.TCP, "203.0.113.7");
        assertTrue(bind(data, attempt.number(AttributeType.CONNECTION_ID)).isSuccess());
        assertSame(friend, data.leg.spliced);
    }

    @Test
    void anotherUserCannotBindTheConnection() {
        allocate();
        connect(PEER).outcome().connected(new FakeSockets.Connection(PEER));
        long id = new Reply(client.received()).number(AttributeType.CONNECTION_ID);
        Client thief = sim.client(Transport.TCP, "203.0.113.7").as("bob", "builder");
        assertEquals(441, bind(thief, id).error());
        assertNull(thief.leg.spliced);
    }

    @Test
    void aTcpAllocationHasNoChannelsAndAUdpOneNoConnections() {
        allocate();
        assertEquals(403, client.bind(0x4000, PEER).error());
        Client udp = sim.client();
        udp.allocate();
        assertEquals(
                403,
                udp.ask(StunMethod.CONNECT, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER))
                        .error());
        client.permit(PEER);
        client.send(PEER, "x");
        assertEquals(1, sim.dropped(Drop.UNUSABLE_INDICATION));
    }

    @Test
    void whatOnlyUdpAllocationsHaveIsRefused() {
        assertEquals(
                400,
                client.ask(
                                StunMethod.ALLOCATE,
                                w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.TCP_PEERS)
                                        .value(AttributeType.EVEN_PORT, new byte[1]))
                        .error());
        assertEquals(
                400,
                client.ask(
                                StunMethod.ALLOCATE,
                                w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.TCP_PEERS)
                                        .flag(AttributeType.DONT_FRAGMENT))
                        .error());
        sim.assertEmpty();
    }

    @Test
    void connectionsAreLimitedPerAllocation() {
        allocate();
        for (int i = 0; i < 4; i++) {
            connect(PEER.withPort(100 + i));
        }
        assertEquals(
                508,
                client.ask(StunMethod.CONNECT, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER.withPort(200)))
                        .error());
    }

    @Test
    void whenTheControlConnectionGoesEverythingGoes() {
        allocate();
        FakeSockets.Connecting connecting = connect(PEER);
        sim.relay().gone(client.leg);
        FakeSockets.Connection late = new FakeSockets.Connection(PEER);
        connecting.outcome().connected(late);
        assertTrue(late.closed);
        sim.assertEmpty();
    }

    @Test
    void aPeerThatHangsUpMayBeConnectedToAgain() {
        allocate();
        FakeSockets.Connection connection = new FakeSockets.Connection(PEER);
        connect(PEER).outcome().connected(connection);
        sim.relay().ended(connection);
        assertEquals(PEER, connect(PEER).peer());
    }
}
