package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/**
 * Clients and peers over sockets of IPv6. What has this tag runs in a JVM of its own, as the others run with {@code
 * java.net.preferIPv4Stack}.
 */
@EnabledOnOs(OS.LINUX)
@Tag("ipv6")
final class RelayIpv6Test {
    private static final int CHANNEL = 0x4000;

    private static InetAddress loopback;
    private static TestRelay relay;

    @BeforeAll
    static void start() throws Exception {
        loopback = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "this machine has no ::1");
        InetSocketAddress any = new InetSocketAddress(loopback, 0);
        NetSettings settings = new NetSettings(
                List.of(
                        new NetSettings.Listener(NetSettings.Kind.UDP, any),
                        new NetSettings.Listener(NetSettings.Kind.TCP, any)),
                null,
                loopback,
                2,
                NetSettings.DEFAULT_SOCKET_BUFFER,
                true,
                NetLimits.DEFAULTS,
                address -> false);
        relay = new TestRelay(settings, null, 60_000);
    }

    @AfterAll
    static void stop() throws Exception {
        if (relay != null) {
            relay.close();
        }
    }

    @Test
    void udp() throws Exception {
        relays(Link.udp(relay.udp));
    }

    @Test
    void tcp() throws Exception {
        relays(Link.tcp(relay.tcp));
    }

    @Test
    void aClosedPortOfAPeerIsToldToTheClient() throws Exception {
        assumeTrue(ErrorQueue.available(), "JNA cannot be loaded on this machine: ICMP errors are not read");
        TransportAddress closed;
        try (DatagramSocket gone = new DatagramSocket(0, loopback)) {
            closed = TransportAddress.of((InetSocketAddress) gone.getLocalSocketAddress());
        }
        try (Link link = Link.udp(relay.udp)) {
            TurnClient client = ipv6Client(link);
            client.permit(closed);
            ByteBuf out = Unpooled.buffer();
            new StunWriter()
                    .begin(out, StunMethod.SEND.type(StunClass.INDICATION), 7, 7)
                    .xorAddress(AttributeType.XOR_PEER_ADDRESS, closed)
                    .value(AttributeType.DATA, new byte[] {1})
                    .end();
            link.send(Arrays.copyOf(out.array(), out.writerIndex()));
            StunMessage indication = TurnClient.message(client.received());
            // ICMPv6: type 1, destination unreachable, code 4, port unreachable.
            assertArrayEquals(new byte[] {0, 0, 2, 4, 0, 0, 0, 0}, indication.value(AttributeType.ICMP));
        }
    }

    private static TurnClient ipv6Client(Link link) throws Exception {
        TurnClient client = new TurnClient(link);
        client.challenge(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, TurnClient.UDP_PEERS));
        client.ask(
                StunMethod.ALLOCATE,
                w -> w.number(AttributeType.REQUESTED_TRANSPORT, TurnClient.UDP_PEERS)
                        .number(AttributeType.REQUESTED_ADDRESS_FAMILY, 2 << 24));
        return client;
    }

    private static void relays(Link link) throws Exception {
        try (link;
                DatagramSocket peer = new DatagramSocket(0, loopback)) {
            peer.setSoTimeout(Link.SECONDS * 1000);
            TurnClient client = ipv6Client(link);
            client.bind(CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress()));
            byte[] payload = {1, 2, 3, 4, 5};
            link.send(TurnClient.channelData(CHANNEL, payload));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            peer.receive(packet);
            assertEquals(loopback, packet.getAddress());
            assertArrayEquals(payload, Arrays.copyOf(packet.getData(), packet.getLength()));
            peer.send(new DatagramPacket(payload, payload.length, packet.getSocketAddress()));
            assertArrayEquals(payload, client.payload(CHANNEL));
            client.end();
        }
    }
}
