package org.trestle.node.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerKeysTest {
    private static final Instant NOW = Instant.now();

    @TempDir
    Path data;

    @Test
    void shownByTheNameThatTheClientAsksFor() throws Exception {
        ServerKeys keys = new ServerKeys(identity("example.com"));
        assertEquals("CN=example.com", shown(keys, "example.net"));
        keys.replace(identity("example.com"), Map.of("example.net", identity("example.net")));
        assertEquals("CN=example.net", shown(keys, "example.net"));
        assertEquals("CN=example.com", shown(keys, "example.org"));
        assertEquals("CN=example.com", shown(keys, null));
        assertEquals("CN=example.net", shown(keys, null, "example.net"), "as the stream header said");
        assertEquals("CN=example.com", shown(keys, null, "example.org"));
        assertEquals(
                "CN=example.com", shown(keys, "example.org", "example.net"), "the name in the handshake goes first");
        keys.replace(identity("example.com"), Map.of("bücher.example", identity("xn--bcher-kva.example")));
        assertEquals("CN=xn--bcher-kva.example", shown(keys, "XN--bcher-kva.Example"));
        assertEquals("CN=xn--bcher-kva.example", shown(keys, null, "bücher.example"));
        keys.replace(identity("example.edu"), Map.of());
        assertEquals("CN=example.edu", shown(keys, "example.net"));
    }

    @Test
    void namesAreInAsciiInASelfSignedCertificate() throws Exception {
        SelfSigned selfSigned = new SelfSigned(data, new SecureRandom());
        ServerIdentity made = selfSigned.identity(List.of("bücher.example", "127.0.0.1"), NOW);
        assertEquals(
                List.of("xn--bcher-kva.example", "127.0.0.1"),
                Certificates.names(made.chain().get(0)));
        assertEquals(
                made.chain(),
                selfSigned.identity(List.of("bücher.example", "127.0.0.1"), NOW).chain());
    }

    @Test
    void selfSignedStaysUntilNamesOrTimeChange() throws Exception {
        SelfSigned selfSigned = new SelfSigned(data, new SecureRandom());
        ServerIdentity first = selfSigned.identity(List.of("example.com", "127.0.0.1"), NOW);
        assertEquals(
                first.chain(),
                selfSigned.identity(List.of("example.com", "127.0.0.1"), NOW).chain());
        assertEquals(
                List.of("example.com", "127.0.0.1"),
                Certificates.names(first.chain().get(0)));
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(data.resolve("tls/self.key")));
        ServerIdentity named = selfSigned.identity(List.of("example.org"), NOW);
        assertEquals(List.of("example.org"), Certificates.names(named.chain().get(0)));
        ServerIdentity later = selfSigned.identity(List.of("example.org"), NOW.plus(Duration.ofDays(820)));
        assertEquals(false, later.chain().equals(named.chain()));
    }

    private ServerIdentity identity(String name) throws PkiException {
        return new SelfSigned(data, new SecureRandom()).identity(List.of(name), NOW);
    }

    private static String shown(ServerKeys keys, @Nullable String asked) throws Exception {
        return shown(keys, asked, null);
    }

    /** The subject that a server with these keys shows to a client that asks for this name. */
    private static String shown(ServerKeys keys, @Nullable String asked, @Nullable String said) throws Exception {
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(new KeyManager[] {keys}, null, null);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new Anybody()}, null);
        SSLEngine serving = said == null ? server.createSSLEngine() : server.createSSLEngine(said, 5222);
        serving.setUseClientMode(false);
        SSLEngine asking = client.createSSLEngine();
        asking.setUseClientMode(true);
        if (asked != null) {
            SSLParameters parameters = asking.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(asked)));
            asking.setSSLParameters(parameters);
        }
        handshake(asking, serving);
        X509Certificate certificate = (X509Certificate) asking.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    private static void handshake(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(64 << 10);
        ByteBuffer toClient = ByteBuffer.allocate(64 << 10);
        client.beginHandshake();
        server.beginHandshake();
        for (int turn = 0; turn < 100 && (busy(client) || busy(server)); turn++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
    }

    private static boolean busy(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        ByteBuffer plain = ByteBuffer.allocate(64 << 10);
        in.flip();
        engine.unwrap(in, plain);
        in.compact();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        }
    }

    /** Tests look at what is shown, not at who signed it. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
