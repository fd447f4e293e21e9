package org.trestle.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trestle.cluster.transport.Mesh.A;
import static org.trestle.cluster.transport.Mesh.B;
import static org.trestle.cluster.transport.Mesh.C;
import static org.trestle.cluster.transport.Mesh.await;
import static org.trestle.cluster.transport.Mesh.failure;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.pki.ClusterCa;
import org.trestle.cluster.pki.NodeIdentity;
import org.trestle.cluster.transport.PeerException.Kind;

/** Nobody but the nodes of this cluster, each as itself, gets a word in. */
final class StrangersTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final KeyPurposeId CLIENT = KeyPurposeId.id_kp_clientAuth;
    private static final KeyPurposeId SERVER = KeyPurposeId.id_kp_serverAuth;

    private static final PinnedTrust ANYBODY = PinnedTrust.of(certificate -> true);
    private final Mesh mesh = new Mesh();
    private final AtomicInteger asked = new AtomicInteger();
    private NettyTransport a;

    @BeforeEach
    void openA() throws Exception {
        a = mesh.open(A);
        a.handle("echo", (from, body) -> {
            asked.incrementAndGet();
            return CompletableFuture.completedFuture(body);
        });
        a.onTold("echo", (from, body) -> asked.incrementAndGet());
        a.addresses(Map.of(B, Mesh.address(a)));
    }

    @AfterEach
    void close() throws Exception {
        assertEquals(0, asked.get(), "no stranger was listened to");
        mesh.close();
    }

    /** A TLS client of its own making that believes every server; null shows no certificate. */
    private SSLSocket client(@Nullable TlsCredential credential) throws Exception {
        SSLContext context = PeerTls.context(credential, ANYBODY);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", a.port());
        socket.setSoTimeout(60_000);
        socket.setEnabledProtocols(new String[] {"TLSv1.3"});
        return socket;
    }

    private static byte[] question() {
        ByteBuf out = Unpooled.buffer();
        Frames.head(out, FrameKind.HELLO, "", 0, 2);
        out.writeByte(Frames.VERSION).writeByte(LinkRole.REQUESTS.code());
        Frames.head(out, FrameKind.REQUEST, "echo", 1, 3);
        out.writeBytes(new byte[] {1, 2, 3});
        Frames.head(out, FrameKind.TELL, "echo", 0, 0);
        return ByteBufUtil.getBytes(out);
    }

    /** Whatever {@code socket} says, it is cut off without a byte of an answer. */
    private static void assertCutOff(Socket socket) throws IOException {
        try (socket) {
            socket.getOutputStream().write(question());
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            assertEquals(-1, in.read(), "not a byte of an answer");
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the connection stayed open", open);
        } catch (IOException cut) {
            // An alert or a reset is just as good as an end.
        }
    }

    private static TlsCredential credential(TransportIdentity identity) {
        return new TlsCredential(identity.key(), List.of(identity.certificate()));
    }

    @Test
    void cutsOffAClientWithoutACertificate() throws Exception {
        assertCutOff(client(null));
    }

    @Test
    void cutsOffAClientOfAnotherCluster() throws Exception {
        ClusterCa foreign = ClusterCa.create(Instant.now());
        assertCutOff(client(credential(NodeIdentity.create(B, foreign, Instant.now()))));
    }

    @Test
    void cutsOffAClientWhoseForgedIssuerHasTheNameOfOurs() throws Exception {
        KeyPair own = MadeCertificates.keys("EC", 256);
        assertCutOff(client(MadeCertificates.node(
                MadeCertificates.name(mesh.ca),
                own.getPrivate(),
                own,
                "urn:trestle:node:" + B,
                day(-1),
                day(1),
                CLIENT)));
    }

    @Test
    void cutsOffANodeThatIsNotInTheBook() throws Exception {
        assertCutOff(client(credential(mesh.identity(C))));
        assertTrue(mesh.rejected(TransportMeters.Reason.NOT_A_MEMBER) >= 1);
    }

    @Test
    void cutsOffCertificatesThatAreExpiredNotYetValidOrForAnotherPurpose() throws Exception {
        String uri = "urn:trestle:node:" + B;
        assertCutOff(client(MadeCertificates.signed(mesh.ca, uri, day(-3), day(-2), CLIENT)));
        assertCutOff(client(MadeCertificates.signed(mesh.ca, uri, day(2), day(3), CLIENT)));
        assertCutOff(client(MadeCertificates.signed(mesh.ca, uri, day(-1), day(1), SERVER)));
        assertCutOff(client(MadeCertificates.signed(mesh.ca, "urn:other:" + B, day(-1), day(1), CLIENT)));
        assertCutOff(client(MadeCertificates.signed(mesh.ca, "urn:trestle:node:nonsense", day(-1), day(1), CLIENT)));
    }

    @Test
    void doesNotTakeTheAuthorityForANode() {
        PeerTrust trust = new PeerTrust(List.of(mesh.ca.certificate()), Instant::now);
        assertThrows(CertificateException.class, () -> trust.node(mesh.ca.certificate(), false));
    }

    @Test
    void cutsOffOlderTls() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {credential(mesh.identity(B)).keys()}, new TrustManager[] {ANYBODY}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", a.port());
        socket.setSoTimeout(60_000);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertCutOff(socket);
    }

    @Test
    void cutsOffWhoDoesNotSpeakTlsAtAll() throws Exception {
        Socket socket = new Socket("127.0.0.1", a.port());
        socket.setSoTimeout(60_000);
        assertCutOff(socket);
    }

    @Test
    void cutsOffGuestsWhileNobodyIsInvited() throws Exception {
        for (GuestKind kind : GuestKind.values()) {
            SSLSocket socket = client(null);
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(kind.serverName())));
            socket.setSSLParameters(parameters);
            assertThrows(IOException.class, socket::startHandshake, kind.serverName());
            socket.close();
        }
        assertEquals(2, mesh.rejected(TransportMeters.Reason.GUESTS_CLOSED));
    }

    @Test
    void cutsOffANodeThatSaysTooMuchBeforeItGreets() throws Exception {
        SSLSocket socket = client(credential(mesh.identity(B)));
        socket.startHandshake();
        try (socket) {
            socket.getOutputStream().write(new byte[] {0, 0, 1, 1});
            assertEquals(-1, socket.getInputStream().read());
        }
        assertEquals(1, mesh.rejected(TransportMeters.Reason.MALFORMED));
    }

    @Test
    void cutsOffANodeThatUsesALinkForSomethingElse() throws Exception {
        SSLSocket socket = client(credential(mesh.identity(B)));
        ByteBuf out = Unpooled.buffer();
        Frames.head(out, FrameKind.HELLO, "", 0, 2);
        out.writeByte(Frames.VERSION).writeByte(LinkRole.REQUESTS.code());
        ByteBuf tell = Unpooled.buffer();
        Frames.head(tell, FrameKind.TELL, "echo", 0, 0);
        try (socket) {
            socket.getOutputStream().write(ByteBufUtil.getBytes(out));
            byte[] greeting = socket.getInputStream().readNBytes(Frames.LENGTH + Frames.FIXED + 1);
            assertEquals(Frames.VERSION, greeting[greeting.length - 1]);
            socket.getOutputStream().write(ByteBufUtil.getBytes(tell));
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void doesNotWaitForeverForAHandshake() throws Exception {
        TransportLimits usual = TransportLimits.defaults();
        TransportLimits quick = new TransportLimits(
                usual.frameBytes(),
                usual.pendingRequests(),
                usual.queueBytes(),
                usual.connectionsPerPeer(),
                2,
                usual.handshakeTime(),
                usual.redialFirst(),
                usual.redialMost(),
                usual.silence(),
                usual.guestBytes(),
                usual.guests(),
                usual.guestsPerMinute(),
                usual.guestTime());
        HandTimers time = new HandTimers();
        NettyTransport c = mesh.open(mesh.identity(C), time, quick);
        try (Socket first = new Socket("127.0.0.1", c.port());
                Socket second = new Socket("127.0.0.1", c.port())) {
            for (int limited = 0; limited < 2; ) {
                Duration delay = time.delays.poll(Mesh.SECONDS, TimeUnit.SECONDS);
                assertTrue(delay != null, "both have a limit");
                limited += delay.equals(quick.handshakeTime()) ? 1 : 0;
            }
            try (Socket third = new Socket("127.0.0.1", c.port())) {
                third.setSoTimeout(60_000);
                assertEquals(-1, third.getInputStream().read(), "the third is not even waited for");
            }
            time.advance(quick.handshakeTime());
            for (Socket silent : List.of(first, second)) {
                silent.setSoTimeout(60_000);
                assertEquals(-1, silent.getInputStream().read());
            }
        }
        assertEquals(1, mesh.rejected(TransportMeters.Reason.TOO_MANY));
    }

    @Test
    void doesNotSpeakToAnotherNodeAtThePeersAddress() throws Exception {
        NettyTransport c = mesh.open(C);
        NettyTransport b = mesh.open(B);
        c.addresses(Map.of(B, Mesh.address(b)));
        b.addresses(Map.of(A, Mesh.address(c)));
        c.handle("echo", (from, body) -> {
            asked.incrementAndGet();
            return CompletableFuture.completedFuture(body);
        });
        PeerException why = failure(b.request(A, "echo", new byte[] {1}, LONG));
        assertEquals(Kind.UNREACHABLE, why.kind());
        assertTrue(why.getMessage().contains("another node answers there: " + C), why.getMessage());
    }

    @Test
    void doesNotSpeakToAServerOfAnotherCluster() throws Exception {
        ClusterCa foreign = ClusterCa.create(Instant.now());
        NettyTransport impostor =
                mesh.open(NodeIdentity.create(A, foreign, Instant.now()), mesh.timers, TransportLimits.defaults());
        NettyTransport b = mesh.open(B);
        b.addresses(Map.of(A, Mesh.address(impostor)));
        PeerException why = failure(b.request(A, "echo", new byte[] {1}, LONG));
        assertEquals(Kind.UNREACHABLE, why.kind());
        assertTrue(why.getMessage().contains("not from this cluster's authority"), why.getMessage());
    }

    @Test
    void listensToARealNodeMeanwhile() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertCutOff(client(null));
        }
        NettyTransport b = mesh.open(B);
        a.handle("real", (from, body) -> CompletableFuture.completedFuture(body));
        mesh.introduce();
        assertArrayEquals(new byte[] {1}, await(b.request(A, "real", new byte[] {1}, LONG)));
    }

    private static Date day(int days) {
        return Date.from(Instant.now().plus(Duration.ofDays(days)));
    }
}
