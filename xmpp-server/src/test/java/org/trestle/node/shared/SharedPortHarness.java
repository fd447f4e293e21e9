package org.trestle.node.shared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
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
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.stream.StreamServer;
import org.trestle.xmpp.stream.TestCertificate;
import org.trestle.xmpp.stream.Transports;
import org.trestle.xmpp.stream.WireClient;

/** A shared port with real streams, a real relay and real sockets. */
abstract class SharedPortHarness {
    static final int SECONDS = 60;
    private static final ProbeLogin LOGIN = new ProbeLogin("bench", "secret");

    /** Patience that a slow machine never needs. */
    static final Duration LONG = Duration.ofMinutes(10);

    static final byte[] BINDING = HexFormat.of().parseHex("00010000" + "2112a442" + "000000000000000000000001");

    /** PROXY protocol, version 2: TCP over IPv4, from 192.0.2.1 port 3333 to 198.51.100.7 port 443. */
    static final byte[] PROXY_HEADER =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "c0000201c6336407" + "0d0501bb");

    static final TestCertificate CLIENT = TestCertificate.create();

    /** A single loop, so that connections are let in in the order in which they came. */
    static EventLoopGroup group;

    @TempDir
    static Path directory;

    static NodeRelay relay;
    static ServerIdentity xmppIdentity;
    static ServerIdentity turnIdentity;
    static ServerKeys xmppKeys;
    static SslContext xmppTls;
    static SslContext turnTls;

    final FakeHost host = new FakeHost();
    final StreamServer streams = ClientListener.withoutPort(
            new ClientSettings(true, 3, ClientSettings.DEFAULT.limits()), () -> xmppTls, host);

    @Nullable
    SharedPort port;

    volatile boolean xmppRuns = true;
    volatile boolean relayRuns = true;

    @BeforeAll
    static void start() throws Exception {
        group = Transports.group(1, "shared-test");
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

    static ServerIdentity identity(String name, String... hosts) throws Exception {
        return new SelfSigned(Files.createDirectory(directory.resolve(name)), new SecureRandom())
                .identity(List.of(hosts), Instant.now());
    }

    @AfterAll
    static void stop() throws Exception {
        relay.stop("the test is over").toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        present(port).close().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        streams.close(StreamError.of(StreamError.Condition.SYSTEM_SHUTDOWN, "goodbye"))
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
        assertEquals(0, present(port).undecided());
    }

    static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("nothing is there");
        }
        return value;
    }

    void open(Predicate<InetAddress> proxies, SharedLimits limits) throws Exception {
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
                        group,
                        new InetSocketAddress("127.0.0.1", 0),
                        new SharedPort.Settings(tls, takers, proxies, limits))
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
    }

    void open() throws Exception {
        open(from -> false, new SharedLimits(1_000, 100, LONG));
    }

    WireClient client() throws IOException {
        return new WireClient(present(port).address());
    }

    Socket socket() throws IOException {
        InetSocketAddress address = present(port).address();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(SECONDS * 1000);
        return socket;
    }

    long count(Event event) {
        return present(port).counters().total(event);
    }

    static void echoes(WireClient client) throws IOException {
        client.login("juliet", "balcony");
        client.send("<message to='juliet@example.com' id='m'><body>Romeo?</body></message>");
        assertTrue(client.until("</message>").contains("Romeo?"));
    }

    void relays(Way way) {
        ProbeTarget target = new ProbeTarget("node1", present(port).address(), way);
        ProbeVerdict verdict = new RelayProbe(LOGIN, new SecureRandom(), 40).run(target, target);
        assertEquals(ProbeVerdict.Outcome.RELAYED, verdict.outcome(), verdict.words());
    }

    /** Sends a Binding request; gives the address that the answer tells. */
    static InetSocketAddress binding(Socket socket) throws IOException {
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

    static void assertCloses(Socket socket) throws IOException {
        try (socket) {
            assertArrayEquals(new byte[0], socket.getInputStream().readAllBytes());
        } catch (SocketException reset) {
            // what it had not read of ours when it closed
            assertNotNull(reset);
        }
    }
}
