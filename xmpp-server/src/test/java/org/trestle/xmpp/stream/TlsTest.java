package org.trestle.xmpp.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.xmpp.stream.ServerTls.Provider;

/** What the streams know of TLS, with each of those who can do the work. */
@Timeout(240)
final class TlsTest {
    private static final TestCertificate SERVER = TestCertificate.create();
    private static final TestCertificate CLIENT = TestCertificate.create();
    private static final TestCertificate STRANGER = TestCertificate.create();
    private static final EventLoopGroup GROUP = Transports.group(2, "tls-test");

    private final FakeHost host = new FakeHost();
    private @Nullable StreamServer clients;
    private @Nullable SslContext tls;

    /** What the last handshake knew of the domain. */
    private volatile @Nullable String asked;

    static Stream<Provider> providers() {
        return OpenSsl.isAvailable() ? Stream.of(Provider.JDK, Provider.OPENSSL) : Stream.of(Provider.JDK);
    }

    @BeforeAll
    static void findsLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterAll
    static void stopsLoops() {
        GROUP.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @AfterEach
    void closesThePort() {
        if (clients != null) {
            await(clients.close(StreamError.of(StreamError.Condition.SYSTEM_SHUTDOWN, "goodbye")));
        }
        ReferenceCountUtil.release(tls);
    }

    @Test
    void theJdkIsTakenWhereItBindsStronger() throws Exception {
        assertEquals(SslProvider.JDK, Provider.JDK.chosen());
        boolean boring = OpenSsl.isAvailable() && Runtime.version().feature() < 25;
        assertEquals(boring ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK, Provider.AUTO.chosen());
        if (!OpenSsl.isAvailable()) {
            assertThrows(SSLException.class, Provider.OPENSSL::chosen);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void theCertificatesHashBindsInEveryVersion(Provider provider) throws Exception {
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(SERVER.certificate().getEncoded());
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            try (WireClient client = client(provider, List.of())) {
                assertEquals(version, client.startTlsOf(List.of(version), "xmpp-client"));
                client.login("juliet", "balcony");
                assertArrayEquals(hash, channel().bindings().data("tls-server-end-point"));
                assertEquals(List.of(), channel().certificates());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void theKeysOfTheConnectionBindWhereThePlatformGivesThemOut(Provider provider) throws Exception {
        boolean exported = provider == Provider.JDK && Runtime.version().feature() >= 25;
        try (WireClient client = client(provider, List.of())) {
            client.startTls();
            client.login("juliet", "balcony");
            assertEquals(
                    exported ? List.of("tls-exporter", "tls-server-end-point") : List.of("tls-server-end-point"),
                    channel().bindings().types());
            byte[] ours = channel().bindings().data("tls-exporter");
            assertArrayEquals(exported ? TlsExporter.data(client.session()) : null, ours);
            assertEquals(exported, ours != null && ours.length == 32);
        }
        try (WireClient client = again()) {
            client.startTlsOf(List.of("TLSv1.2"));
            client.login("juliet", "balcony");
            assertEquals(List.of("tls-server-end-point"), channel().bindings().types());
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aClientsCertificateIsWantedAndNotNeeded(Provider provider) throws Exception {
        try (WireClient client = client(provider, List.of(CLIENT.certificate()))) {
            client.startTls();
            client.login("juliet", "balcony");
            assertEquals(List.of(), channel().certificates());
        }
        for (TestCertificate shown : List.of(CLIENT, STRANGER)) {
            for (String version : List.of("TLSv1.3", "TLSv1.2")) {
                try (WireClient client = again().with(shown)) {
                    client.startTlsOf(List.of(version));
                    client.login("juliet", "balcony");
                    assertEquals(List.of(shown.certificate()), channel().certificates());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void withoutAuthoritiesNoCertificateIsAskedFor(Provider provider) throws Exception {
        try (WireClient client = client(provider, List.of()).with(CLIENT)) {
            client.startTls();
            client.login("juliet", "balcony");
            assertEquals(List.of(), channel().certificates());
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void theDomainOfTheHandshakeIsTheOneOfTheStream(Provider provider) throws Exception {
        try (WireClient client = client(provider, List.of()).asking("xn--bcher-kva.example")) {
            client.startTls();
            assertTrue(client.send(WireClient.OPEN).until("</stream:stream>").contains("<host-unknown"));
        }
        try (WireClient client = again().asking("xn--bcher-kva.example")) {
            client.startTls();
            client.send(WireClient.OPEN.replace("example.com", "bücher.example"))
                    .until("</stream:features>");
        }
        try (WireClient client = again().asking("node1.example.net")) { // the name of a machine
            client.startTls();
            client.login("juliet", "balcony");
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void withoutANameInTheHandshakeTheHeaderBeforeItCounts(Provider provider) throws Exception {
        for (String second : List.of("bücher.example", "example.com")) {
            try (WireClient client = client(provider, List.of()).asking("localhost")) {
                client.send(WireClient.OPEN.replace("example.com", "bücher.example"))
                        .until("</stream:features>");
                client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
                        .until("<proceed");
                client.until("/>");
                client.startTls();
                assertEquals("bücher.example", asked);
                String answer = client.send(WireClient.OPEN.replace("example.com", second))
                        .until(second.equals("example.com") ? "</stream:stream>" : "</stream:features>");
                assertEquals(second.equals("example.com"), answer.contains("<host-unknown"));
            }
        }
        try (WireClient client = again().asking("localhost")) {
            client.startTls();
            assertNull(asked);
            client.login("juliet", "balcony");
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void muchTextGoesBothWays(Provider provider) throws Exception {
        String body = "b".repeat(100_000);
        try (WireClient client = client(provider, List.of())) {
            client.startTls();
            client.login("juliet", "balcony");
            client.send("<message><body>" + body + "</body></message>");
            assertTrue(client.until("</message>").contains(body));
        }
    }

    /** Notes what it is asked. */
    private final class Noticing extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager keys;

        private Noticing(X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            asked = Objects.requireNonNull(engine).getPeerHost();
            return keys.chooseEngineServerAlias(type, issuers, engine);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return keys.getServerAliases(type, issuers);
        }

        @Override
        public String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return keys.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    private SaslChannel channel() {
        SaslChannel channel = host.mechanisms.channel;
        assertNotNull(channel);
        return channel;
    }

    private WireClient client(Provider provider, List<X509Certificate> authorities) throws IOException {
        if (clients == null) {
            tls = ServerTls.forClients(new Noticing(SERVER.keys()), authorities, provider);
            clients = await(ClientListener.open(
                    GROUP,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    ClientSettings.DEFAULT,
                    () -> Objects.requireNonNull(tls),
                    host));
        }
        return again();
    }

    private WireClient again() throws IOException {
        return new WireClient(Objects.requireNonNull(clients).address());
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(90, TimeUnit.SECONDS).join();
    }
}
