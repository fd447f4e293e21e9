package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.turn.net.NetCounters.Count;
import org.trestle.turn.relay.RelayCounters;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.TransportAddress;

/** What clients may not do to the relay, over real sockets. After each of it the relay still relays. */
@EnabledOnOs(OS.LINUX)
final class HostileClientsTest {

    private static final int CHANNEL = 0x4001;

    private static TestRelay relay;

    @BeforeAll
    static void start() throws Exception {
        NetLimits limits = new NetLimits(60, 40, 60, 60, 4_096, 70_000, 4, 100_000);
        relay = new TestRelay(1, limits, TurnTls.of(new TestKeys("relay.test").keys()), 40_000);
    }

    @AfterAll
    static void stop() throws Exception {
        relay.close();
    }

    @Test
    void anyBytesOverUdpGetNoLargerAnswer() throws Exception {
        Random random = new Random(11);
        try (DatagramSocket socket = new DatagramSocket(0, TestRelay.LOOPBACK)) {
            socket.setSoTimeout(1);
            long sent = 0;
            long received = 0;
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = new byte[random.nextInt(120)];
                random.nextBytes(bytes);
                if (bytes.length > 0) {
                    // Every kind of first byte in turn; often with the cookie of STUN.
                    bytes[0] = (byte) i;
                }
                if (bytes.length >= 8 && i % 3 == 0) {
                    ByteBuffer.wrap(bytes)
                            .putShort(2, (short) (bytes.length - 20))
                            .putInt(4, 0x2112a442);
                }
                socket.send(new DatagramPacket(bytes, bytes.length, relay.udp));
                sent += bytes.length;
                received += i % 20 == 19 ? drain(socket) : 0;
            }
            assertTrue(received <= 2 * sent, received + " bytes for " + sent);
        }
        stillRelays();
    }

    private static int drain(DatagramSocket socket) throws IOException {
        int bytes = 0;
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        while (true) {
            try {
                socket.receive(packet);
                bytes += packet.getLength();
            } catch (java.net.SocketTimeoutException nothing) {
                return bytes;
            }
        }
    }

    @Test
    void anyBytesOverTcpEndTheConnectionOnly() throws Exception {
        Random random = new Random(12);
        long before = relay.count(Count.NOT_TURN);
        int wrong = 0;
        for (int i = 0; i < 60; i++) {
            try (Socket socket = new Socket(TestRelay.LOOPBACK, relay.tcp.getPort())) {
                socket.setSoTimeout(Link.SECONDS * 1000);
                byte[] bytes = new byte[1 + random.nextInt(300)];
                random.nextBytes(bytes);
                bytes[0] = (byte) (0x80 | i);
                socket.getOutputStream().write(bytes);
                wrong++;
                endsWithout(socket);
            }
        }
        assertEquals(before + wrong, relay.count(Count.NOT_TURN));
        stillRelays();
    }

    @Test
    void aFrameTooLargeForAStrangerEndsTheConnection() throws Exception {
        long before = relay.count(Count.NOT_TURN);
        try (Link.Stream link = (Link.Stream) Link.tcp(relay.tcp)) {
            byte[] request = new TurnClient(link).request(StunMethod.BINDING, w -> {}, false);
            byte[] large = Arrays.copyOf(request, request.length + 5_000);
            ByteBuffer.wrap(large).putShort(request.length, (short) 1).putShort(request.length + 2, (short) 60_000);
            link.send(request);
            new TurnClient(link).received();
            link.send(Arrays.copyOfRange(large, request.length, large.length));
            endsWithout(link.socket());
        }
        assertEquals(before + 1, relay.count(Count.NOT_TURN));
    }

    @Test
    void whoSaysNothingIsClosed() throws Exception {
        try (TestRelay hasty = new TestRelay(1, new NetLimits(60, 40, 1, 60, 4_096, 70_000, 4, 100_000), null, 44_000);
                Socket socket = new Socket(TestRelay.LOOPBACK, hasty.tcp.getPort())) {
            socket.setSoTimeout(Link.SECONDS * 1000);
            assertEquals(-1, socket.getInputStream().read());
            assertEquals(1, hasty.count(Count.HANDSHAKE_TOO_SLOW));
        }
    }

    @Test
    void whoNeverAllocatesIsClosed() throws Exception {
        try (TestRelay hasty = new TestRelay(1, new NetLimits(60, 40, 60, 5, 4_096, 70_000, 4, 100_000), null, 44_000);
                Link.Stream link = (Link.Stream) Link.tcp(hasty.tcp)) {
            link.send(new TurnClient(link).request(StunMethod.BINDING, w -> {}, false));
            new TurnClient(link).received();
            assertNull(link.receive());
            assertEquals(1, hasty.count(Count.UNAUTHENTICATED_TOO_LONG));
        }
    }

    @Test
    void oneAddressHasSoManyConnections() throws Exception {
        long before = relay.count(Count.REFUSED_PER_ADDRESS);
        Socket[] sockets = new Socket[60];
        try {
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = new Socket(TestRelay.LOOPBACK, relay.tcp.getPort());
            }
            until(() -> relay.count(Count.REFUSED_PER_ADDRESS) > before);
        } finally {
            for (Socket socket : sockets) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
        until(() -> relay.server.connections() == 0);
        stillRelays();
    }

    @Test
    void aClientThatDoesNotReadLosesPacketsAndTheRelayNoMemory() throws Exception {
        long before = relay.count(Count.DROPPED_SLOW_CLIENT);
        try (Link.Stream link = (Link.Stream) Link.tcp(relay.tcp);
                DatagramSocket peer = new DatagramSocket(0, TestRelay.LOOPBACK)) {
            TurnClient client = new TurnClient(link);
            TransportAddress relayed = client.allocate(TurnClient.UDP_PEERS);
            client.bind(CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress()));
            byte[] payload = new byte[1_200];
            until(() -> {
                for (int i = 0; i < 100; i++) {
                    try {
                        peer.send(new DatagramPacket(payload, payload.length, TestRelay.LOOPBACK, relayed.port()));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
                return relay.count(Count.DROPPED_SLOW_CLIENT) > before;
            });
            stillRelays();
        }
    }

    @Test
    void firstMessagesOfDtlsLeaveNothing() throws Exception {
        byte[] hello = clientHello();
        long before = relay.count(Count.DTLS_COOKIES);
        long refused = relay.count(Count.DTLS_REFUSED);
        long accepted = relay.count(Count.CONNECTIONS_ACCEPTED);
        try (DatagramSocket socket = new DatagramSocket(0, TestRelay.LOOPBACK)) {
            socket.setSoTimeout(Link.SECONDS * 1000);
            DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
            for (int i = 0; i < 20; i++) {
                socket.send(new DatagramPacket(hello, hello.length, relay.udp));
                socket.receive(answer);
                assertTrue(answer.getLength() <= hello.length, "the answer is not larger");
            }
            byte[] forged = forged(hello);
            // More often than handshakes may be under way: nobody with a wrong cookie has one.
            for (int i = 0; i < 20; i++) {
                socket.send(new DatagramPacket(forged, forged.length, relay.udp));
                socket.receive(answer);
                assertTrue(answer.getLength() <= forged.length, "a cookie that is wrong gets another one");
                assertEquals(3, answer.getData()[13], "HelloVerifyRequest");
            }
        }
        assertTrue(relay.count(Count.DTLS_COOKIES) >= before + 40);
        assertEquals(refused, relay.count(Count.DTLS_REFUSED));
        assertEquals(accepted, relay.count(Count.CONNECTIONS_ACCEPTED));
        stillRelays();
    }

    static byte[] clientHello() throws Exception {
        javax.net.ssl.SSLEngine engine =
                new TestKeys("relay.test").client("DTLSv1.2").createSSLEngine();
        engine.setUseClientMode(true);
        engine.beginHandshake();
        ByteBuffer out = ByteBuffer.allocate(20_000);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The same message with a cookie that nobody gave out. */
    private static byte[] forged(byte[] hello) {
        DtlsHello read = DtlsHello.read(hello);
        int at = read.cookieAt();
        byte[] forged = new byte[hello.length + 32];
        System.arraycopy(hello, 0, forged, 0, at);
        forged[at] = 32;
        System.arraycopy(hello, at + 1, forged, at + 33, hello.length - at - 1);
        int length = forged.length - 25;
        ByteBuffer header = ByteBuffer.wrap(forged);
        header.put(10, (byte) 1).putShort(11, (short) (12 + length));
        header.putInt(13, 1 << 24 | length).putShort(17, (short) 1).putInt(21, length);
        return forged;
    }

    @Test
    void proxyHeadersAreTakenFromProxiesOnly() throws Exception {
        NetSettings plain = TestRelay.settings(1, NetLimits.DEFAULTS, 0);
        NetSettings behind = new NetSettings(
                plain.listeners(), plain.relayIpv4(), null, 1, 0, false, NetLimits.DEFAULTS, address -> true);
        byte[] header = {
            0x0d,
            0x0a,
            0x0d,
            0x0a,
            0x00,
            0x0d,
            0x0a,
            0x51,
            0x55,
            0x49,
            0x54,
            0x0a,
            0x21,
            0x11,
            0,
            12, //
            (byte) 192,
            0,
            2,
            1,
            (byte) 198,
            51,
            100,
            7,
            0x0d,
            0x05,
            0x0d,
            (byte) 0x96
        };
        try (TestRelay proxied = new TestRelay(behind, null, 44_000)) {
            try (Link link = Link.tcp(proxied.tcp)) {
                link.send(header);
                new TurnClient(link).allocate(TurnClient.UDP_PEERS);
                assertEquals(1, proxied.count(RelayCounters.Count.ALLOCATIONS_NOW));
            }
            try (Link.Stream link = (Link.Stream) Link.tcp(proxied.tcp)) {
                link.send(new TurnClient(link).request(StunMethod.BINDING, w -> {}, false));
                endsWithout(link.socket());
            }
            assertEquals(1, proxied.count(Count.PROXY_REFUSED));
        }
        try (Socket socket = new Socket(TestRelay.LOOPBACK, relay.tcp.getPort())) {
            socket.setSoTimeout(Link.SECONDS * 1000);
            socket.getOutputStream().write(header);
            endsWithout(socket);
        }
    }

    /** The connection ends, with an end or a reset, and nothing came before it. */
    private static void endsWithout(Socket socket) throws IOException {
        try {
            assertEquals(-1, socket.getInputStream().read());
        } catch (java.net.SocketException reset) {
            assertTrue(String.valueOf(reset.getMessage()).contains("reset"), reset.getMessage());
        }
    }

    private static void stillRelays() throws Exception {
        for (Link link : List.of(Link.udp(relay.udp), Link.tcp(relay.tcp))) {
            try (link) {
                TurnClient client = new TurnClient(link);
                client.allocate(TurnClient.UDP_PEERS);
                client.end();
            }
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Link.SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not happen");
            Thread.onSpinWait();
        }
    }
}
