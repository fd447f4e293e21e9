package org.trestle.xmpp.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stream.StreamCounters.Event;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.XmlLimits;

/** Both ports over real sockets on loopback, with a certificate that has signed itself. */
@Timeout(240)
final class PortTest {
    private static final StreamError GOODBYE = StreamError.of(StreamError.Condition.SYSTEM_SHUTDOWN, "goodbye");
    private static final TestCertificate FIRST = TestCertificate.create();
    private static final TestCertificate SECOND = TestCertificate.create();

    private static final EventLoopGroup GROUP = Transports.group(2, "port-test");

    private final FakeHost host = new FakeHost();
    private final AtomicReference<TestCertificate> certificate = new AtomicReference<>(FIRST);
    private @Nullable StreamServer clients;
    private @Nullable StreamServer components;

    @BeforeAll
    static void findsLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterAll
    static void stopsLoops() {
        GROUP.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @AfterEach
    void closesPorts() {
        if (clients != null) {
            await(clients.close(GOODBYE));
        }
        if (components != null) {
            await(components.close(GOODBYE));
        }
    }

    @Test
    void aClientStartsTlsAndLogsIn() throws Exception {
        try (WireClient client = client(ClientSettings.DEFAULT)) {
            client.send(WireClient.OPEN).until("<required/></starttls></stream:features>");
            client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
                    .until("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
            assertEquals("TLSv1.3", client.startTls());
            client.login("juliet", "balcony");
            client.send("<message to='romeo@example.net'><body>over TLS</body></message>");
            assertEquals(
                    "<message from='juliet@example.com/balcony' to='romeo@example.net'><body>over TLS</body></message>",
                    client.until("</message>"));
            client.send("</stream:stream>");
            assertEquals("</stream:stream>", client.rest());
        }
    }

    @Test
    void aClientBeginsWithTlsOnTheSamePort() throws Exception {
        try (WireClient client = client(ClientSettings.DEFAULT)) {
            client.startTls("xmpp-client");
            assertEquals("xmpp-client", client.applicationProtocol());
            client.login("juliet", "balcony");
            client.send("<message><body>hi</body></message>").until("</message>");
        }
        try (WireClient client = again()) {
            assertEquals("TLSv1.2", client.startTlsOf(List.of("TLSv1.2")));
            assertEquals("", client.applicationProtocol());
            client.login("juliet", "balcony");
        }
    }

    /** RFC 6120 5.4.3.3: what comes in plain text behind the answer is no part of the stream that TLS protects. */
    @Test
    void plainTextBehindStarttlsIsNotTakenForTls() throws Exception {
        try (WireClient client = client(ClientSettings.DEFAULT)) {
            client.send(WireClient.OPEN).until("</stream:features>");
            client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").until("<proceed");
            client.until("/>");
            client.send(" ");
            client.send(WireClient.OPEN);
            assertFalse(restOrReset(client).contains("stream"));
        }
    }

    private static String restOrReset(WireClient client) {
        try {
            return client.rest();
        } catch (IOException reset) {
            return "";
        }
    }

    @Test
    @Tag("ipv6")
    void aPortOfIpv6IsLikeAnyOther() throws Exception {
        InetAddress loopback = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "this machine has no IPv6");
        clients = await(ClientListener.open(
                GROUP, new InetSocketAddress(loopback, 0), ClientSettings.DEFAULT, this::tls, host));
        try (WireClient client = again()) {
            client.startTls();
            client.login("juliet", "balcony");
            assertEquals(loopback, Objects.requireNonNull(host.stream).peer().getAddress());
            client.send("<message><body>over IPv6</body></message>").until("<body>over IPv6</body></message>");
        }
    }

    /** Several clients, so that with two loops both happen: to another loop, and to the own. */
    @Test
    void aStreamGoesOnOnAnotherLoop() throws Exception {
        host.moveTo = GROUP.next();
        client(ClientSettings.DEFAULT).close();
        for (int i = 0; i < 4; i++) {
            try (WireClient client = again()) {
                client.startTls();
                client.authenticate("juliet");
                client.send("<resume xmlns='urn:xmpp:sm:3' previd='alive' h='0'/>"
                                + "<message><body>first</body></message>")
                        .until("<resumed xmlns='urn:xmpp:sm:3' previd='alive' h='3'/>");
                client.until("<body>first</body></message>");
                assertTrue(Objects.requireNonNull(host.stream).loop() == host.moveTo);
                client.send("<message><body>second</body></message>").until("<body>second</body></message>");
                client.send("</stream:stream>");
                assertEquals("</stream:stream>", client.rest());
            }
        }
    }

    @Test
    void tlsIsOfferedOnceOnly() throws Exception {
        try (WireClient client = client(ClientSettings.DEFAULT)) {
            client.startTls();
            String features = client.send(WireClient.OPEN).until("</stream:features>");
            assertFalse(features.contains("starttls"), features);
            assertTrue(features.contains("<channel-binding type='tls-server-end-point'/>"), features);
            client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
            assertEquals(
                    "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>",
                    client.until("</stream:stream>"));
        }
    }

    @Test
    void theMechanismsKnowTheCertificate() throws Exception {
        try (WireClient client = client(ClientSettings.DEFAULT)) {
            client.startTls();
            client.login("juliet", "balcony");
            SaslChannel channel = Objects.requireNonNull(host.mechanisms.channel);
            assertTrue(channel.secured());
            assertFalse(channel.plainAllowed());
            assertArrayEquals(
                    MessageDigest.getInstance("SHA-256")
                            .digest(FIRST.certificate().getEncoded()),
                    channel.bindings().data("tls-server-end-point"));
        }
    }

    @Test
    void anotherApplicationIsNotServed() throws Exception {
        try (WireClient client = client(ClientSettings.DEFAULT)) {
            assertThrows(SSLException.class, () -> client.startTls("http/1.1"));
        }
    }

    @Test
    void oldVersionsOfTlsAreNotSpoken() {
        // A client of this JDK speaks none of them either, so this asks the engine.
        assertEquals(
                List.of("TLSv1.3", "TLSv1.2"),
                List.of(tls().newEngine(UnpooledByteBufAllocator.DEFAULT).getEnabledProtocols()));
    }

    @Test
    void aNewCertificateNeedsNoRestart() throws Exception {
        try (WireClient client = client(ClientSettings.DEFAULT)) {
            client.startTls();
            assertEquals(FIRST.certificate(), client.serverCertificate());
        }
        certificate.set(SECOND);
        try (WireClient client = again()) {
            client.startTls();
            assertEquals(SECOND.certificate(), client.serverCertificate());
        }
    }

    @Test
    void aTlsHandshakeHasItsTime() throws Exception {
        StreamLimits limits = limits(10, 10, Duration.ofMillis(200), Duration.ofSeconds(30));
        try (WireClient client = client(new ClientSettings(true, 3, limits))) {
            client.send("\u0016\u0003\u0001");
            client.rest();
            assertEquals(1, clients().counters().total(Event.TLS_FAILED));
        }
    }

    @Test
    void aClientHasItsTimeBehindTlsToo() throws Exception {
        StreamLimits limits = limits(10, 10, Duration.ofSeconds(30), Duration.ofSeconds(5));
        try (WireClient client = client(new ClientSettings(true, 3, limits))) {
            client.startTls();
            client.until("<connection-timeout");
            assertEquals(1, clients().counters().total(Event.TIMED_OUT));
        }
    }

    @Test
    void oneAddressHasOnlySoManyUnauthenticatedConnections() throws Exception {
        ClientSettings settings =
                new ClientSettings(false, 3, limits(10, 2, Duration.ofSeconds(10), Duration.ofSeconds(30)));
        try (WireClient one = client(settings)) {
            one.send(WireClient.OPEN).until("</stream:features>");
            try (WireClient two = again();
                    WireClient three = again()) {
                two.send(WireClient.OPEN).until("</stream:features>");
                three.login("juliet", "balcony");
                assertEquals("", one.rest(), "the oldest has made room");
                assertEquals(1, clients().counters().total(Event.DISPLACED));
                try (WireClient four = again()) {
                    four.send(WireClient.OPEN).until("</stream:features>");
                    assertEquals(1, clients().counters().total(Event.DISPLACED), "who is known counts no more");
                    two.send("<presence/>").until("<not-authorized");
                }
            }
        }
    }

    @Test
    void thePortHasOnlySoManyConnections() throws Exception {
        ClientSettings settings =
                new ClientSettings(false, 3, limits(1, 10, Duration.ofSeconds(10), Duration.ofSeconds(30)));
        try (WireClient one = client(settings)) {
            one.send(WireClient.OPEN).until("</stream:features>");
            try (WireClient two = again()) {
                assertEquals("", two.rest());
            }
            assertEquals(1, clients().counters().total(Event.REFUSED_FULL));
            assertEquals(1, clients().connections());
        }
    }

    @Test
    void aClientThatDoesNotReadIsSlowThenGivenUp() throws Exception {
        ClientSettings settings = new ClientSettings(false, 3, StreamLimits.DEFAULT);
        try (WireClient client = client(settings)) {
            client.login("juliet", "balcony");
            XmppStream stream = Objects.requireNonNull(host.stream);
            Message large = Message.of(
                    Message.Type.CHAT,
                    null,
                    null,
                    Element.of("x", "y").text("z".repeat(100_000)).build());
            CompletableFuture<Integer> slowAfter = new CompletableFuture<>();
            stream.loop().execute(() -> {
                int sent = 0;
                while (stream.writable()) {
                    stream.send(large);
                    sent++;
                }
                slowAfter.complete(sent);
                while (clients().counters().total(Event.SLOW_PEER_DROPPED) == 0) {
                    stream.send(large);
                }
            });
            assertTrue(slowAfter.get(90, TimeUnit.SECONDS) < 10);
            await(clients().close(GOODBYE));
            assertEquals(1, clients().counters().total(Event.SLOW_PEER_DROPPED));
            host.closed.get(90, TimeUnit.SECONDS);
            assertEquals(List.of("closed"), host.events);
        }
    }

    @Test
    void aClientThatReadsAgainIsNoLongerSlow() throws Exception {
        try (WireClient client = client(new ClientSettings(false, 3, StreamLimits.DEFAULT))) {
            client.login("juliet", "balcony");
            XmppStream stream = Objects.requireNonNull(host.stream);
            Message large = Message.of(
                    Message.Type.CHAT,
                    null,
                    null,
                    Element.of("x", "y").text("z".repeat(100_000)).build());
            stream.loop().execute(() -> {
                while (stream.writable()) {
                    stream.send(large);
                }
                stream.send(Message.of(
                        Message.Type.CHAT, null, null, Element.of("last", "y").build()));
            });
            client.until("<last xmlns='y'/>");
            client.send("<message><body>x</body></message>").until("<body>x</body>");
            assertTrue(host.events.contains("writable"), host.events.toString());
        }
    }

    @Test
    void closingThePortSaysGoodbyeToAll() throws Exception {
        try (WireClient client = client(new ClientSettings(false, 3, StreamLimits.DEFAULT))) {
            client.login("juliet", "balcony");
            CompletionStage<Void> closed = clients().close(GOODBYE);
            String last = client.rest();
            assertTrue(last.contains("<system-shutdown") && last.endsWith("</stream:error></stream:stream>"), last);
            client.close();
            await(closed);
            assertEquals(0, clients().connections());
            assertThrows(IOException.class, this::again);
        }
    }

    @Test
    void componentsComeWithAndWithoutTls() throws Exception {
        String open = "<stream:stream xmlns='jabber:component:accept'"
                + " xmlns:stream='http://etherx.jabber.org/streams' to='bridge.example.com'>";
        components = await(ComponentListener.open(
                GROUP,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ComponentSettings.DEFAULT,
                this::tls,
                host));
        for (boolean secured : new boolean[] {false, true}) {
            try (WireClient component =
                    new WireClient(Objects.requireNonNull(components).address())) {
                if (secured) {
                    component.startTls();
                }
                component.send(open).until("id='");
                component.send("<handshake>right</handshake>").until("<handshake/>");
                assertEquals(secured, Objects.requireNonNull(host.stream).secured());
                component
                        .send("<message from='bridge.example.com'><body>x</body></message>")
                        .until("</message>");
            }
        }
    }

    @Test
    void everyStreamHasAnIdOfItsOwn() throws Exception {
        String first;
        try (WireClient client = client(ClientSettings.DEFAULT)) {
            first = client.send(WireClient.OPEN).until("xml:lang");
        }
        try (WireClient client = again()) {
            assertNotEquals(first, client.send(WireClient.OPEN).until("xml:lang"));
        }
    }

    private static StreamLimits limits(int connections, int perPeer, Duration tls, Duration authentication) {
        return new StreamLimits(
                XmlLimits.BEFORE_AUTHENTICATION,
                XmlLimits.AFTER_AUTHENTICATION,
                connections,
                perPeer,
                tls,
                authentication,
                Duration.ofSeconds(5),
                64 * 1024,
                256 * 1024,
                8 * 1024 * 1024);
    }

    private WireClient client(ClientSettings settings) throws IOException {
        clients = await(ClientListener.open(
                GROUP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings, this::tls, host));
        return again();
    }

    private WireClient again() throws IOException {
        return new WireClient(clients().address());
    }

    private StreamServer clients() {
        return Objects.requireNonNull(clients);
    }

    private SslContext tls() {
        TestCertificate current = Objects.requireNonNull(certificate.get());
        try {
            return ServerTls.forClients(current.keys(), List.of(), ServerTls.Provider.JDK);
        } catch (SSLException noTls) {
            throw new IllegalStateException(noTls);
        }
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(90, TimeUnit.SECONDS).join();
    }
}
