package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.TransportAddress;

/** Each kind of client, end to end over loopback. */
@EnabledOnOs(OS.LINUX)
final class LegsTest {

    private static final int CHANNEL = 0x4001;

    private static TestKeys keys;
    private static TestRelay relay;

    @BeforeAll
    static void start() throws Exception {
        keys = new TestKeys("relay.test");
        relay = new TestRelay(2, NetLimits.DEFAULTS, TurnTls.of(keys.keys()), 30_000);
    }

    @AfterAll
    static void stop() throws Exception {
        relay.close();
    }

    @Test
    void udp() throws Exception {
        relays(Link.udp(relay.udp), 9_000);
    }

    @Test
    void tcp() throws Exception {
        relays(Link.tcp(relay.tcp), 9_000);
    }

    @Test
    void tls() throws Exception {
        relays(Link.tls(relay.tcp, keys.client("TLS")), 9_000);
    }

    @Test
    void dtls() throws Exception {
        relays(new DtlsLink(relay.udp, keys.client("DTLSv1.2")), 1_300);
    }

    /** ChannelData of many sizes both ways, in order; then the allocation ends. */
    private static void relays(Link link, int largest) throws Exception {
        try (link;
                DatagramSocket peer = new DatagramSocket(0, TestRelay.LOOPBACK)) {
            peer.setSoTimeout(Link.SECONDS * 1000);
            TurnClient client = new TurnClient(link);
            TransportAddress relayed = client.allocate(TurnClient.UDP_PEERS);
            client.bind(CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress()));
            Random random = new Random(5);
            for (int size : new int[] {160, 160, 160, 161, 1200, 1, 0, 40, 3, largest}) {
                byte[] payload = new byte[size];
                random.nextBytes(payload);
                link.send(TurnClient.channelData(CHANNEL, payload));
                DatagramPacket atPeer = new DatagramPacket(new byte[70_000], 70_000);
                peer.receive(atPeer);
                assertArrayEquals(payload, Arrays.copyOf(atPeer.getData(), atPeer.getLength()));
                assertEquals(relayed.port(), atPeer.getPort());
                peer.send(new DatagramPacket(payload, size, TestRelay.LOOPBACK, relayed.port()));
                assertArrayEquals(payload, client.payload(CHANNEL));
            }
            client.end();
        }
    }

    @Test
    void aStreamMayBeCutAnywhere() throws Exception {
        try (Link link = Link.tcp(relay.tcp);
                DatagramSocket peer = new DatagramSocket(0, TestRelay.LOOPBACK)) {
            peer.setSoTimeout(Link.SECONDS * 1000);
            TurnClient client = new TurnClient(link);
            client.allocate(TurnClient.UDP_PEERS);
            client.bind(CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress()));
            ByteBuffer stream = ByteBuffer.allocate(4_000);
            for (int i = 0; i < 20; i++) {
                stream.put(TurnClient.channelData(CHANNEL, filled(i * 7, i)));
            }
            for (int i = 0; i < stream.position(); i++) {
                link.send(new byte[] {stream.get(i)});
            }
            for (int i = 0; i < 20; i++) {
                DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
                peer.receive(packet);
                assertArrayEquals(filled(i * 7, i), Arrays.copyOf(packet.getData(), packet.getLength()));
            }
        }
    }

    @Test
    void connectionsToPeers() throws Exception {
        try (Link control = Link.tcp(relay.tcp);
                Link.Stream data = (Link.Stream) Link.tcp(relay.tcp);
                ServerSocket peer = new ServerSocket(0, 5, TestRelay.LOOPBACK)) {
            peer.setSoTimeout(Link.SECONDS * 1000);
            TurnClient client = new TurnClient(control);
            client.allocate(TurnClient.TCP_PEERS);
            TransportAddress address = new TransportAddress(0, TransportAddress.ipv4(0x7f000001), peer.getLocalPort());
            client.permit(address);
            StunMessage connected =
                    client.ask(StunMethod.CONNECT, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, address));
            try (Socket atPeer = peer.accept()) {
                atPeer.setSoTimeout(Link.SECONDS * 1000);
                bindConnection(data, connected.value(AttributeType.CONNECTION_ID));
                exchangesBytes(data.socket(), atPeer);
                data.close();
                assertEquals(-1, atPeer.getInputStream().read(), "the peer's side ends too");
            }
        }
    }

    @Test
    void connectionsFromPeers() throws Exception {
        try (Link control = Link.tcp(relay.tcp);
                Link.Stream data = (Link.Stream) Link.tcp(relay.tcp)) {
            TurnClient client = new TurnClient(control);
            TransportAddress relayed = client.allocate(TurnClient.TCP_PEERS);
            client.permit(new TransportAddress(0, TransportAddress.ipv4(0x7f000001), 1));
            try (Socket peer = new Socket(TestRelay.LOOPBACK, relayed.port())) {
                peer.setSoTimeout(Link.SECONDS * 1000);
                StunMessage attempt = TurnClient.message(client.received());
                bindConnection(data, attempt.value(AttributeType.CONNECTION_ID));
                exchangesBytes(data.socket(), peer);
                peer.close();
                assertEquals(-1, data.socket().getInputStream().read(), "the client's side ends too");
            }
        }
    }

    /** The connection carries the peer's bytes from now on; those that were sent at once with the request too. */
    private static void bindConnection(Link.Stream link, byte[] id) throws Exception {
        TurnClient client = new TurnClient(link);
        client.challenge(StunMethod.CONNECTION_BIND, w -> w.value(AttributeType.CONNECTION_ID, id));
        client.ask(StunMethod.CONNECTION_BIND, w -> w.value(AttributeType.CONNECTION_ID, id));
    }

    private static void exchangesBytes(Socket client, Socket peer) throws Exception {
        byte[] much = new byte[3_000_000];
        new Random(9).nextBytes(much);
        Thread writer = new Thread(() -> {
            try {
                client.getOutputStream().write(much);
                client.getOutputStream().flush();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        writer.start();
        byte[] arrived = new byte[much.length];
        new DataInputStream(peer.getInputStream()).readFully(arrived);
        assertArrayEquals(much, arrived);
        writer.join(TimeUnit.SECONDS.toMillis(Link.SECONDS));
        peer.getOutputStream().write(much, 0, 1_000);
        byte[] back = new byte[1_000];
        new DataInputStream(client.getInputStream()).readFully(back);
        assertArrayEquals(Arrays.copyOf(much, 1_000), back);
    }

    @Test
    void anotherCertificateCounts() throws Exception {
        TestKeys next = new TestKeys("next.test");
        try (TestRelay own = new TestRelay(1, NetLimits.DEFAULTS, TurnTls.of(keys.keys()), 36_000)) {
            Link.tls(own.tcp, keys.client("TLS")).close();
            own.server.use(TurnTls.of(next.keys())).toCompletableFuture().get(Link.SECONDS, TimeUnit.SECONDS);
            try (Link link = Link.tls(own.tcp, next.client("TLS"))) {
                new TurnClient(link).allocate(TurnClient.UDP_PEERS);
            }
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 5, TestRelay.LOOPBACK)) {
            Exception failure = null;
            try {
                new TestRelay(TestRelay.settings(2, NetLimits.DEFAULTS, taken.getLocalPort()), null, 36_000).close();
            } catch (java.util.concurrent.ExecutionException e) {
                failure = e;
            }
            assertTrue(
                    String.valueOf(failure).contains("TCP 127.0.0.1 port " + taken.getLocalPort()),
                    String.valueOf(failure));
        }
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
