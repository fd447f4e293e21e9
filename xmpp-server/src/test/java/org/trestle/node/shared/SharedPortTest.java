package org.trestle.node.shared;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ResourceLeakDetector;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.node.config.ConfigFile;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.pki.SelfSigned;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.shared.SharedCounters.Event;
import org.trestle.node.turn.NodeRelay;
import org.trestle.node.turn.RelayPlan;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.net.RelayServer;
import org.trestle.turn.net.TurnTls;
import org.trestle.turn.probe.ProbeLogin;
import org.trestle.turn.probe.ProbeTarget;
import org.trestle.turn.probe.ProbeTarget.Way;
import org.trestle.turn.probe.ProbeVerdict;
import org.trestle.turn.probe.RelayProbe;
import org.trestle.turn.relay.Alternates;
import org.trestle.xmpp.stream.ClientListener;
import org.trestle.xmpp.stream.ClientSettings;
import org.trestle.xmpp.stream.FakeHost;
import org.trestle.xmpp.stream.ServerTls;
import org.trestle.xmpp.stream.StreamCounters;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.stream.StreamServer;
import org.trestle.xmpp.stream.TestCertificate;
import org.trestle.xmpp.stream.Transports;
import org.trestle.xmpp.stream.WireClient;

/** A port that XMPP and the relay share, with real streams, a real relay and real sockets. */
@EnabledOnOs(OS.LINUX)
@Timeout(240)
final class SharedPortTest {
    private static final int SECONDS = 60;
    private static final ProbeLogin LOGIN = new ProbeLogin("bench", "secret");

    /** Patience that a slow machine never needs. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final byte[] BINDING = HexFormat.of().parseHex("00010000" + "2112a442" + "000000000000000000000001");

    /** PROXY protocol, version 2: TCP over IPv4, from 192.0.2.1 port 3333 to 198.51.100.7 port 443. */
    private static final byte[] PROXY_HEADER =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "c0000201c6336407" + "0d0501bb");

    private static final TestCertificate CLIENT = TestCertificate.create();

    /** A single loop, so that connections are let in in the order in which they came. */
    private static final EventLoopGroup GROUP = Transports.group(1, "shared-test");

    @TempDir
    static Path directory;

    private static NodeRelay relay;
    private static ServerIdentity xmppIdentity;
    private static ServerIdentity turnIdentity;
    private static ServerKeys xmppKeys;
    private static SslContext xmppTls;
    private static SslContext turnTls;

    private final FakeHost host = new FakeHost();
    private final StreamServer streams = ClientListener.withoutPort(
            new ClientSettings(true, 3, ClientSettings.DEFAULT.limits()), () -> xmppTls, host);
    private @Nullable SharedPort port;
    private volatile boolean xmppRuns = true;
    private volatile boolean relayRuns = true;

    @BeforeAll
    static void start() throws Exception {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        xmppIdentity = identity("xmpp", "example.com");
        turnIdentity = identity("turn", "turn.example.com", "127.0.0.1");
        xmppKeys = new ServerKeys(xmppIdentity);
        xmppTls = ServerTls.forClients(xmppKeys, List.of(CLIENT.certificate()), ServerTls.Provider.AUTO);
        ServerKeys turnKeys = new ServerKeys(turnIdentity);
        turnTls = TurnTls.streams(turnKeys);
        TurnConfig config = ConfigFile.load(
                        Files.writeString(
                                directory.resolve("turn.conf"),
                                "trestle.turn { users = [\"bench:secret\"], relay-ports = \"29000-29999\" }"),
                        directory)
                .turn();
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        CredentialBook book = CredentialBook.of(config.users());
        // It listens nowhere: all that it serves has come by the shared port.
        RelayPlan plan = new RelayPlan(List.of(), List.of(), 3478, 0, 0, loopback, null, null, config);
        relay = NodeRelay.start(
                        plan,
                        new NodeRelay.Parts(
                                "trestle",
                                () -> book,
                                Alternates.NONE,
                                new RelayJournal(System::currentTimeMillis),
                                turnKeys,
                                Set.of(),
                                List::of))
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
    }

    private static ServerIdentity identity(String name, String... hosts) throws Exception {
        return new SelfSigned(Files.createDirectory(directory.resolve(name)), new SecureRandom())
                .identity(List.of(hosts), Instant.now());
    }

    @AfterAll
    static void stop() throws Exception {
        relay.stop("the test is over").toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        GROUP.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        present(port).close().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        streams.close(StreamError.of(StreamError.Condition.SYSTEM_SHUTDOWN, "goodbye"))
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
        assertEquals(0, present(port).undecided());
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("nothing is there");
        }
        return value;
    }

    private void open(Predicate<InetAddress> proxies, SharedLimits limits) throws Exception {
        Takers takers = new Takers() {
            @Override
            public boolean xmpp(Channel channel, InetSocketAddress peer) {
                if (xmppRuns) {
                    streams.adopt(channel, peer);
                }
                return xmppRuns;
            }

            @Override
            public @Nullable CompletionStage<Void> turn(Channel channel, RelayServer.Adopted whose) {
                return relayRuns ? relay.adopt(channel, whose) : null;
            }
        };
        SharedTls tls = new SharedTls(
                () -> xmppTls, () -> turnTls, new CertificateNames(() -> turnIdentity, xmppKeys, () -> null));
        port = SharedPort.open(
                        GROUP,
                        new InetSocketAddress("127.0.0.1", 0),
                        new SharedPort.Settings(tls, takers, proxies, limits))
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
    }

    private void open() throws Exception {
        open(from -> false, new SharedLimits(1_000, 100, LONG));
    }

    private WireClient client() throws IOException {
        return new WireClient(present(port).address());
    }

    private Socket socket() throws IOException {
        InetSocketAddress address = present(port).address();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(SECONDS * 1000);
        return socket;
    }

    private long count(Event event) {
        return present(port).counters().total(event);
    }

    private static void echoes(WireClient client) throws IOException {
        client.login("juliet", "balcony");
        client.send("<message to='juliet@example.com' id='m'><body>Romeo?</body></message>");
        assertTrue(client.until("</message>").contains("Romeo?"));
    }

    private void relays(Way way) {
        ProbeTarget target = new ProbeTarget("node1", present(port).address(), way);
        ProbeVerdict verdict = new RelayProbe(LOGIN, new SecureRandom(), 40).run(target, target);
        assertEquals(ProbeVerdict.Outcome.RELAYED, verdict.outcome(), verdict.words());
    }

    /** Sends a Binding request; gives the address that the answer tells. */
    private static InetSocketAddress binding(Socket socket) throws IOException {
        socket.getOutputStream().write(BINDING);
        socket.getOutputStream().flush();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] header = in.readNBytes(20);
        assertEquals(0x0101, ByteBuffer.wrap(header).getShort());
        byte[] body = in.readNBytes(ByteBuffer.wrap(header).getShort(2));
        ByteBuffer attributes = ByteBuffer.wrap(body);
        while (attributes.hasRemaining()) {
            int type = attributes.getShort();
            int length = attributes.getShort();
            if (type == 0x0020 && length == 8) {
                int mapped = (attributes.getShort(attributes.position() + 2) ^ 0x2112) & 0xffff;
                int address = attributes.getInt(attributes.position() + 4) ^ 0x2112a442;
                return new InetSocketAddress(
                        InetAddress.getByAddress(
                                ByteBuffer.allocate(4).putInt(address).array()),
                        mapped);
            }
            attributes.position(attributes.position() + (length + 3) / 4 * 4);
        }
        throw new AssertionError("no address in " + HexFormat.of().formatHex(body));
    }

    private static void assertCloses(Socket socket) throws IOException {
        try (socket) {
            assertArrayEquals(new byte[0], socket.getInputStream().readAllBytes());
        } catch (SocketException reset) {
            // what it had not read of ours when it closed
            assertNotNull(reset);
        }
    }

    @Test
    void servesXmppThatTlsNegotiates() throws Exception {
        open();
        try (WireClient client = client().with(CLIENT)) {
            client.startTls("xmpp-client");
            assertEquals("xmpp-client", client.applicationProtocol());
            assertEquals(xmppIdentity.chain().get(0), client.serverCertificate());
            echoes(client);
            SaslChannel channel = present(host.mechanisms.channel);
            assertTrue(channel.secured());
            assertEquals(List.of(CLIENT.certificate()), channel.certificates());
            assertTrue(channel.bindings().types().contains("tls-server-end-point"));
        }
        assertEquals(1, count(Event.XMPP));
        assertEquals(1, streams.counters().total(StreamCounters.Event.AUTHENTICATED));
    }

    @Test
    void servesXmppOverTlsThatNegotiatesNothing() throws Exception {
        open();
        try (WireClient client = client()) {
            client.startTls();
            assertEquals("", client.applicationProtocol());
            assertEquals(xmppIdentity.chain().get(0), client.serverCertificate());
            echoes(client);
        }
    }

    @Test
    void servesXmppThatStartsTlsLater() throws Exception {
        open();
        try (WireClient client = client()) {
            assertTrue(client.send(WireClient.OPEN).until("</stream:features>").contains("<required/>"));
            client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").until("<proceed");
            client.until("/>");
            client.startTls();
            echoes(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "\u00ef\u00bb\u00bf", "<?xml version='1.0'?>"})
    void xmppMayBeginWithLessThanAStream(String before) throws Exception {
        open();
        try (Socket socket = socket()) {
            socket.getOutputStream().write(before.getBytes(ISO_8859_1));
            socket.getOutputStream().write(WireClient.OPEN.getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(40), US_ASCII);
            assertTrue(answer.contains("<stream:stream"), answer);
        }
        assertEquals(1, count(Event.XMPP));
    }

    @Test
    void relaysOverTlsThatNegotiatesNothing() throws Exception {
        open();
        relays(Way.TLS);
        assertEquals(2, count(Event.TURN));
    }

    @Test
    void relaysWithoutTls() throws Exception {
        open();
        relays(Way.TCP);
        assertEquals(2, count(Event.TURN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stun.turn", "stun.nat-discovery"})
    void servesTurnThatTlsNegotiates(String protocol) throws Exception {
        open();
        try (WireClient client = client().asking("turn.example.com")) {
            client.startTls("http/1.1", protocol);
            assertEquals(protocol, client.applicationProtocol());
            assertEquals(turnIdentity.chain().get(0), client.serverCertificate());
            assertEquals("127.0.0.1", binding(client.socket()).getAddress().getHostAddress());
        }
    }

    @Test
    void theClientsOrderDecidesBetweenProtocols() throws Exception {
        open();
        try (WireClient client = client()) {
            client.startTls("stun.turn", "xmpp-client");
            assertEquals("stun.turn", client.applicationProtocol());
        }
        try (WireClient client = client()) {
            client.startTls("h2", "xmpp-client", "stun.turn");
            assertEquals("xmpp-client", client.applicationProtocol());
        }
    }

    @Test
    void otherProtocolsAreRefusedInTheWordsOfTls() throws Exception {
        open();
        try (WireClient client = client()) {
            SSLException refused = assertThrows(SSLException.class, () -> client.startTls("h2", "http/1.1"));
            assertTrue(String.valueOf(refused.getMessage()).contains("no_application_protocol"), refused::toString);
        }
        assertEquals(1, count(Event.NO_PROTOCOL));
    }

    @Test
    void withoutAProtocolTheNameChoosesTheCertificateAndTheFirstBytesTheServer() throws Exception {
        open();
        try (WireClient client = client().asking("turn.example.com")) {
            client.startTls();
            assertEquals(turnIdentity.chain().get(0), client.serverCertificate());
            binding(client.socket());
        }
        try (WireClient client = client().asking("example.com")) {
            client.startTls();
            assertEquals(xmppIdentity.chain().get(0), client.serverCertificate());
            binding(client.socket());
        }
        try (WireClient client = client().asking("127.0.0.1")) { // an address is no name: nothing is asked for
            client.startTls();
            assertEquals(turnIdentity.chain().get(0), client.serverCertificate());
        }
        try (WireClient client = client().asking("elsewhere.example.org")) {
            client.startTls();
            assertEquals(xmppIdentity.chain().get(0), client.serverCertificate());
        }
    }

    @Test
    void whatIsNeitherIsClosedWithoutAWord() throws Exception {
        open();
        for (String words : List.of("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", "\u00ff\u00fe", "\0\1\0\0nope")) {
            Socket socket = socket();
            socket.getOutputStream().write(words.getBytes(ISO_8859_1));
            assertCloses(socket);
        }
        assertEquals(1, count(Event.HTTP));
        assertEquals(2, count(Event.UNKNOWN));
        try (WireClient client = client()) {
            client.startTls();
            assertEquals("", client.send("~neither").rest());
        }
        assertEquals(3, count(Event.UNKNOWN));
        Socket broken = socket();
        try (broken) {
            broken.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x00, 0x02, 0x01, 0x7f});
            broken.getOutputStream().write(new byte[ClientHello.LONGEST]);
            broken.getInputStream().readAllBytes(); // an alert at most
        } catch (SocketException reset) {
            assertNotNull(reset);
        }
        assertEquals(0, count(Event.INTERNAL_ERROR));
    }

    @Test
    void whoSaysTooLittleForTooLongIsClosed() throws Exception {
        open(from -> false, new SharedLimits(1_000, 100, Duration.ofMillis(300)));
        assertCloses(socket());
        Socket half = socket();
        half.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00});
        assertCloses(half);
        Socket stun = socket();
        stun.getOutputStream().write(BINDING, 0, 7);
        assertCloses(stun);
        assertEquals(3, count(Event.TOO_SLOW));
    }

    @Test
    void whoSaysNothingAfterTlsIsClosed() throws Exception {
        open(from -> false, new SharedLimits(1_000, 100, Duration.ofSeconds(2)));
        try (WireClient client = client()) {
            try {
                client.startTls();
                assertEquals("", client.rest());
            } catch (IOException tooSlowForThat) {
                assertNotNull(tooSlowForThat); // the machine did nothing for two seconds
            }
        }
        assertEquals(1, count(Event.TOO_SLOW) + count(Event.TLS_FAILED));
    }

    @Test
    void aServerThatDoesNotRunTakesNobody() throws Exception {
        open();
        relayRuns = false;
        xmppRuns = false;
        Socket turn = socket();
        turn.getOutputStream().write(BINDING);
        assertCloses(turn);
        try (WireClient client = client().asking("turn.example.com")) {
            client.startTls("stun.turn");
            assertEquals("", client.rest());
        }
        assertEquals(2, count(Event.NO_RELAY));
        Socket xmpp = socket();
        xmpp.getOutputStream().write(WireClient.OPEN.getBytes(US_ASCII));
        assertCloses(xmpp);
        assertEquals(1, count(Event.NO_XMPP));
        relayRuns = true;
        xmppRuns = true;
        try (Socket again = socket()) {
            binding(again);
        }
    }

    @Test
    void ofTheUndecidedOfAnAddressTheOldestMakesRoom() throws Exception {
        open(from -> false, new SharedLimits(1_000, 2, LONG));
        Socket oldest = socket();
        try (Socket second = socket();
                Socket third = socket()) {
            assertCloses(oldest);
            binding(second);
            binding(third);
        }
        assertEquals(1, present(port).arrivals().total(StreamCounters.Event.DISPLACED));
    }

    @Test
    void whenTooManyAreUndecidedOneMoreIsClosed() throws Exception {
        open(from -> false, new SharedLimits(1, 100, LONG));
        try (Socket first = socket()) {
            first.getOutputStream().write(BINDING, 0, 4);
            assertCloses(socket());
            assertEquals(1, present(port).arrivals().total(StreamCounters.Event.REFUSED_FULL));
            first.getOutputStream().write(BINDING, 4, BINDING.length - 4);
            DataInputStream in = new DataInputStream(first.getInputStream());
            assertEquals(0x0101, in.readShort());
        }
    }

    @Test
    void aProxyTellsWhoTheClientIs() throws Exception {
        open(from -> true, new SharedLimits(1_000, 100, LONG));
        for (boolean slowly : new boolean[] {false, true}) {
            try (Socket socket = socket()) {
                for (byte[] part : slowly ? pieces(PROXY_HEADER) : List.of(PROXY_HEADER)) {
                    socket.getOutputStream().write(part);
                    socket.getOutputStream().flush();
                }
                assertEquals(new InetSocketAddress("192.0.2.1", 3333), binding(socket));
            }
        }
        try (WireClient client = client()) {
            client.socket().getOutputStream().write(PROXY_HEADER);
            client.startTls("xmpp-client");
            echoes(client);
            assertEquals(
                    new InetSocketAddress("192.0.2.1", 3333),
                    present(host.stream).peer());
        }
        Socket without = socket();
        without.getOutputStream().write(BINDING);
        assertCloses(without);
        assertEquals(1, count(Event.PROXY_REFUSED));
    }

    @Test
    void aCertificateThatIsRenewedCountsFromTheNextConnectionOn() throws Exception {
        open();
        ServerIdentity renewed = identity("renewed", "example.com");
        try (WireClient before = client()) {
            before.startTls("xmpp-client");
            xmppKeys.replace(renewed, Map.of());
            echoes(before);
            try (WireClient after = client()) {
                after.startTls("xmpp-client");
                assertEquals(renewed.chain().get(0), after.serverCertificate());
            }
        } finally {
            xmppKeys.replace(xmppIdentity, Map.of());
        }
    }

    @Test
    void anyBytesLeaveNothingBehind() throws Exception {
        open();
        Random random = new Random(161);
        byte[] beginnings = {0x16, 0x00, 0x01, '<', 'G', '\r', (byte) 0xef, 0x40};
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            bytes[0] = beginnings[i % beginnings.length];
            if (i % 3 == 0) {
                System.arraycopy(BINDING, 0, bytes, 0, Math.min(8, bytes.length));
            }
            try (Socket socket = socket()) {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (SocketException reset) {
                assertNotNull(reset);
            }
        }
        assertEquals(0, count(Event.INTERNAL_ERROR));
        assertEquals(0, streams.counters().total(StreamCounters.Event.INTERNAL_ERROR));
        relays(Way.TCP);
    }

    private static List<byte[]> pieces(byte[] whole) {
        return List.of(Arrays.copyOf(whole, 5), Arrays.copyOfRange(whole, 5, whole.length));
    }
}
