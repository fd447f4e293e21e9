package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.turn.relay.RelayCounters;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.turn.stun.XorAddress;

/** Peers that cannot be reached: the kernel's ICMP errors reach the client, and harm nobody else (RFC 8656 section 11.5). */
@EnabledOnOs(OS.LINUX)
final class IcmpTest {
    /** Type 3 (destination unreachable) in 7 bits, code 3 (port unreachable) in 9, after 16 reserved; no error data. */
    private static final byte[] PORT_UNREACHABLE = {0, 0, 6, 3, 0, 0, 0, 0};

    private TestRelay relay;
    private Link link;
    private TurnClient client;
    private DatagramSocket open;
    private TransportAddress closed;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(ErrorQueue.available(), "JNA cannot be loaded on this machine: ICMP errors are not read");
        relay = new TestRelay(1, NetLimits.DEFAULTS, null, 48_000);
        link = Link.udp(relay.udp);
        client = new TurnClient(link);
        client.allocate(TurnClient.UDP_PEERS);
        open = new DatagramSocket(0, TestRelay.LOOPBACK);
        open.setSoTimeout(Link.SECONDS * 1000);
        try (DatagramSocket gone = new DatagramSocket(0, TestRelay.LOOPBACK)) {
            closed = TransportAddress.of((InetSocketAddress) gone.getLocalSocketAddress());
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (relay != null) {
            link.close();
            open.close();
            relay.close();
        }
    }

    @Test
    void aClosedPortOfAPeerIsToldToTheClient() throws Exception {
        client.permit(closed);
        send(closed, 0);
        StunMessage indication = TurnClient.message(client.received());
        assertEquals(StunMethod.DATA, indication.method());
        assertEquals(StunClass.INDICATION, indication.messageClass());
        assertArrayEquals(PORT_UNREACHABLE, indication.value(AttributeType.ICMP));
        XorAddress peer = new XorAddress();
        assertTrue(peer.read(indication, indication.find(AttributeType.XOR_PEER_ADDRESS)));
        assertEquals(closed, peer.address());
        assertEquals(0, relay.count(NetCounters.Count.DATAGRAMS_NOT_SENT));
    }

    /** An error is told in the place of the next datagram that is sent, which is not its fault. */
    @Test
    void datagramsToOtherPeersAreNotLost() throws Exception {
        client.permit(closed);
        client.bind(0x4000, TransportAddress.of((InetSocketAddress) open.getLocalSocketAddress()));
        int datagrams = 200;
        for (int i = 0; i < datagrams; i++) {
            send(closed, i);
            link.send(TurnClient.channelData(0x4000, new byte[] {(byte) i, 1, 2, 3}));
            DatagramPacket packet = new DatagramPacket(new byte[10], 10);
            open.receive(packet);
            assertEquals((byte) i, packet.getData()[0], "in order and without a gap");
        }
        assertEquals(0, relay.count(NetCounters.Count.DATAGRAMS_NOT_SENT));
        assertEquals(2L * datagrams, relay.count(RelayCounters.Count.PACKETS_TO_PEER));
    }

    /** Where errors are switched off, the kernel is not asked for them, and what comes next is what the peer sends. */
    @Test
    void whoSwitchesThemOffHearsOfNone() throws Exception {
        relay.close();
        NetSettings on = TestRelay.settings(1, NetLimits.DEFAULTS, 0);
        relay = new TestRelay(
                new NetSettings(
                        on.listeners(), on.relayIpv4(), null, 1, on.socketBuffer(), false, on.limits(), on.proxies()),
                null,
                48_000);
        link.close();
        link = Link.udp(relay.udp);
        client = new TurnClient(link);
        client.allocate(TurnClient.UDP_PEERS);
        client.permit(closed);
        client.bind(0x4000, TransportAddress.of((InetSocketAddress) open.getLocalSocketAddress()));
        for (int i = 0; i < 20; i++) {
            assertEquals(0, toldDuringOneRound());
        }
        assertEquals(0, relay.count(NetCounters.Count.ICMP_ERRORS));
    }

    /** However many errors come: ten in a second are told, and the relay goes on. */
    @Test
    void aFloodOfErrorsIsNotPassedOn() throws Exception {
        client.permit(closed);
        client.bind(0x4000, TransportAddress.of((InetSocketAddress) open.getLocalSocketAddress()));
        int told = 0;
        while (relay.count(NetCounters.Count.ICMP_PAUSED) == 0) {
            told += toldDuringOneRound();
        }
        assertTrue(told <= relay.count(NetCounters.Count.ICMP_ERRORS), told + " told");
        long before = relay.count(NetCounters.Count.ICMP_ERRORS);
        while (relay.count(NetCounters.Count.ICMP_ERRORS) == before) {
            // A second later errors are looked at again.
            toldDuringOneRound();
        }
    }

    /** One datagram to the closed port and one to the open port and back; gives the errors that the client was told. */
    private int toldDuringOneRound() throws IOException {
        send(closed, 0);
        link.send(TurnClient.channelData(0x4000, new byte[] {1, 2, 3, 4}));
        DatagramPacket packet = new DatagramPacket(new byte[10], 10);
        open.receive(packet);
        open.send(packet);
        int told = 0;
        while (isIcmp(client.received())) {
            told++;
        }
        return told;
    }

    private static boolean isIcmp(byte[] message) {
        return (message[0] & 0xc0) == 0 && TurnClient.message(message).has(AttributeType.ICMP);
    }

    private void send(TransportAddress peer, int value) throws IOException {
        ByteBuf out = Unpooled.buffer();
        new StunWriter()
                .begin(out, StunMethod.SEND.type(StunClass.INDICATION), 7, value)
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                .value(AttributeType.DATA, new byte[] {(byte) value})
                .end();
        link.send(Arrays.copyOf(out.array(), out.writerIndex()));
    }
}
