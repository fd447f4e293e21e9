package org.trestle.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trestle.cluster.transport.Mesh.A;
import static org.trestle.cluster.transport.Mesh.B;
import static org.trestle.cluster.transport.Mesh.await;
import static org.trestle.cluster.transport.Mesh.failure;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.pki.ClusterCa;
import org.trestle.cluster.pki.InviteToken;
import org.trestle.cluster.pki.NodeIdentity;
import org.trestle.cluster.pki.NodeKey;
import org.trestle.cluster.pki.StoredInvite;
import org.trestle.cluster.pki.TrustBundle;
import org.trestle.cluster.transport.PeerException.Kind;

final class GuestTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private final Mesh mesh = new Mesh();
    private final GuestClient client = new GuestClient(mesh.group, mesh.timers, TransportLimits.defaults());
    private final Policy policy = new Policy();
    private final GuestTrust invited = new GuestTrust.Invited(mesh.ca.fingerprint());
    private NettyTransport a;

    /** What the operator opened. */
    private static final class Policy implements GuestPolicy {
        volatile boolean open;
        volatile @Nullable TlsCredential credential;
        volatile @Nullable TrustBundle bundle;

        @Override
        public boolean open() {
            return open;
        }

        @Override
        public @Nullable TlsCredential credential() {
            return credential;
        }

        @Override
        public boolean trusted(X509Certificate certificate) {
            TrustBundle now = bundle;
            return now != null && now.contains(certificate);
        }
    }

    @BeforeEach
    void open() throws Exception {
        a = mesh.open(A);
        a.guests(policy);
        a.handleGuest("hello", (guest, body) -> CompletableFuture.completedFuture(body));
        a.handle("secret", (from, body) -> CompletableFuture.completedFuture(new byte[] {66}));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        mesh.close();
    }

    private CompletionStage<byte[]> ask(GuestTrust trust, String subject, byte[] body) {
        return client.request(Mesh.address(a), trust, subject, binding -> body, LONG);
    }

    @Test
    void answersOneQuestionWhileAnInvitationIsOpen() throws Exception {
        policy.open = true;
        assertArrayEquals(new byte[] {7}, await(ask(invited, "hello", new byte[] {7})));
        policy.open = false;
        PeerException shut = failure(ask(invited, "hello", new byte[] {7}));
        assertEquals(Kind.UNREACHABLE, shut.kind());
        assertTrue(shut.getMessage().contains("xmpp cluster invite"), shut.getMessage());
    }

    @Test
    void letsOnlyGuestsQuestionsThrough() throws Exception {
        policy.open = true;
        assertEquals(Kind.TIMEOUT, failure(ask(invited, "secret", new byte[0])).kind(), "cut off without a word");
        assertEquals(
                Kind.TIMEOUT, failure(ask(invited, "nonsense", new byte[0])).kind());
        assertTrue(failure(ask(invited, "hello", new byte[70_000])).getMessage().contains("too long"));
    }

    @Test
    void doesNotAskAClusterOtherThanTheInviting() throws Exception {
        policy.open = true;
        GuestTrust other =
                new GuestTrust.Invited(ClusterCa.create(Instant.now()).fingerprint());
        CompletableFuture<Void> asked = new CompletableFuture<>();
        PeerException why = failure(client.request(
                Mesh.address(a),
                other,
                "hello",
                binding -> {
                    asked.complete(null);
                    return binding;
                },
                LONG));
        assertEquals(Kind.UNREACHABLE, why.kind());
        assertTrue(why.getMessage().contains("another cluster"), why.getMessage());
        assertFalse(asked.isDone(), "nothing was said to it");
    }

    @Test
    void saysWhenNobodyListensOrAnswers() throws Exception {
        NodeAddress nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = new NodeAddress("127.0.0.1", socket.getLocalPort());
        }
        Function<byte[], byte[]> body = binding -> binding;
        assertEquals(
                Kind.REFUSED,
                failure(client.request(nobody, invited, "hello", body, LONG)).kind());
        try (ServerSocket silent = new ServerSocket(0)) {
            NodeAddress address = new NodeAddress("127.0.0.1", silent.getLocalPort());
            Duration brief = Duration.ofMillis(200);
            assertEquals(
                    Kind.UNREACHABLE,
                    failure(client.request(address, invited, "hello", body, brief))
                            .kind());
        }
        policy.open = true;
        CompletableFuture<Void> asked = new CompletableFuture<>();
        a.handleGuest("never", (guest, question) -> {
            asked.complete(null);
            return new CompletableFuture<>();
        });
        HandTimers time = new HandTimers();
        try (GuestClient waiting = new GuestClient(mesh.group, time, TransportLimits.defaults())) {
            CompletionStage<byte[]> answer = waiting.request(Mesh.address(a), invited, "never", body, LONG);
            await(asked);
            time.advance(LONG);
            assertEquals(Kind.TIMEOUT, failure(answer).kind(), "it was asked, and may have been done");
        }
    }

    @Test
    void tellsTheGuestWhyNot() throws Exception {
        policy.open = true;
        a.handleGuest("why", (guest, body) -> CompletableFuture.failedFuture(new IOException("the token has expired")));
        PeerException why = failure(ask(invited, "why", new byte[0]));
        assertEquals(Kind.FAILED, why.kind());
        assertEquals("the token has expired", why.getMessage());
    }

    /** The whole way in: a token on one machine, a certificate on the other. */
    @Test
    void makesANodeOfWhoProvesAnInvitation() throws Exception {
        policy.open = true;
        InviteToken token = InviteToken.create(mesh.ca.fingerprint(), new SecureRandom());
        StoredInvite stored = token.stored(Instant.now().plusSeconds(60));
        a.handleGuest("join", (guest, body) -> {
            byte[] proof = Arrays.copyOf(body, 32);
            byte[] request = Arrays.copyOfRange(body, 32, body.length);
            try {
                return stored.accepts(proof, request, guest.binding(), Instant.now())
                        ? CompletableFuture.completedFuture(mesh.ca.issue(B, request, Instant.now()))
                        : CompletableFuture.failedFuture(new IOException("the token is not known here"));
            } catch (IOException malformed) {
                return CompletableFuture.failedFuture(malformed);
            }
        });
        InviteToken typed = InviteToken.parse(token.encode());
        NodeKey key = NodeKey.create(B);
        GuestTrust trust = new GuestTrust.Invited(typed.authority());
        byte[] certificate = await(client.request(
                Mesh.address(a), trust, "join", binding -> question(typed, key.request(), binding), LONG));
        NodeIdentity identity = key.certified(certificate, mesh.ca.certificatePem());
        assertEquals(B, identity.node());
        mesh.open(identity, mesh.timers, TransportLimits.defaults());
        mesh.introduce();

        InviteToken wrong = InviteToken.create(mesh.ca.fingerprint(), new SecureRandom());
        PeerException why = failure(client.request(
                Mesh.address(a), trust, "join", binding -> question(wrong, key.request(), binding), LONG));
        assertEquals("the token is not known here", why.getMessage());
        PeerException replayed = failure(client.request(
                Mesh.address(a), trust, "join", binding -> question(typed, key.request(), new byte[32]), LONG));
        assertEquals("the token is not known here", replayed.getMessage(), "a proof made for another server");
    }

    private static byte[] question(InviteToken token, byte[] request, byte[] binding) {
        return ByteBuffer.allocate(32 + request.length)
                .put(token.proof(request, binding))
                .put(request)
                .array();
    }

    /** A certificate such as XMPP clients are shown, from an authority that the cluster knows nothing of. */
    private static TlsCredential xmppCertificate() {
        NodeIdentity some = NodeIdentity.create(B, ClusterCa.create(Instant.now()), Instant.now());
        return new TlsCredential(some.key(), List.of(some.certificate()));
    }

    private static TrustBundle bundle(TlsCredential... holders) throws IOException {
        StringBuilder pem = new StringBuilder();
        for (TlsCredential holder : holders) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(Base64.getMimeEncoder()
                                .encodeToString(holder.chain().get(0).getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException impossible) {
                throw new IOException(impossible);
            }
        }
        return TrustBundle.parse(pem.toString());
    }

    @Test
    void letsHoldersOfTheTrustBundleInWithoutAToken() throws Exception {
        TlsCredential here = MadeCertificates.selfSigned("xmpp1.example.com");
        TlsCredential there = xmppCertificate();
        TlsCredential stranger = xmppCertificate();
        TrustBundle both = bundle(here, there);
        policy.bundle = both;
        policy.credential = here;
        a.handleGuest("who", (guest, body) -> {
            X509Certificate certificate = guest.certificate();
            return CompletableFuture.completedFuture(new byte[] {(byte) (certificate == null ? 0 : 1)});
        });
        assertArrayEquals(
                new byte[] {1}, await(ask(new GuestTrust.Trusted(there, both::contains), "who", new byte[0])));

        PeerException notInTheirs = failure(ask(new GuestTrust.Trusted(stranger, both::contains), "who", new byte[0]));
        assertTrue(notInTheirs.kind() == Kind.UNREACHABLE || notInTheirs.kind() == Kind.TIMEOUT);
        TrustBundle without = bundle(there, stranger);
        PeerException notInOurs = failure(ask(new GuestTrust.Trusted(there, without::contains), "who", new byte[0]));
        assertTrue(notInOurs.getMessage().contains("not in the trust bundle"), notInOurs.getMessage());
        assertEquals(Kind.UNREACHABLE, failure(ask(invited, "who", new byte[0])).kind(), "no token, no certificate");
        policy.credential = null;
        assertEquals(
                Kind.UNREACHABLE,
                failure(ask(new GuestTrust.Trusted(there, both::contains), "who", new byte[0]))
                        .kind());
    }

    private SSLSocket guestSocket(GuestKind kind) throws Exception {
        SSLSocket socket = (SSLSocket) PeerTls.context(null, PinnedTrust.of(any -> true))
                .getSocketFactory()
                .createSocket("127.0.0.1", a.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(kind.serverName())));
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(60_000);
        return socket;
    }

    @Test
    void cutsOffATrustedGuestWithoutACertificate() throws Exception {
        policy.credential = xmppCertificate();
        try (SSLSocket socket = guestSocket(GuestKind.TRUSTED)) {
            assertThrows(IOException.class, () -> {
                socket.getOutputStream().write(1);
                assertEquals(-1, socket.getInputStream().read());
                throw new IOException("cut off");
            });
        }
    }

    @Test
    void cutsOffAGuestWhoTriesToGreetTellOrAskTwice() throws Exception {
        policy.open = true;
        for (FrameKind kind : List.of(FrameKind.HELLO, FrameKind.TELL, FrameKind.RESPONSE, FrameKind.FAILURE)) {
            ByteBuf out = Unpooled.buffer();
            Frames.head(out, kind, "hello", 0, 2);
            out.writeByte(Frames.VERSION).writeByte(LinkRole.REQUESTS.code());
            try (SSLSocket socket = guestSocket(GuestKind.INVITED)) {
                socket.getOutputStream().write(ByteBufUtil.getBytes(out));
                assertEquals(-1, socket.getInputStream().read(), kind.name());
            }
        }
        AtomicInteger asked = new AtomicInteger();
        a.handleGuest("twice", (guest, body) -> {
            asked.incrementAndGet();
            return new CompletableFuture<>();
        });
        ByteBuf out = Unpooled.buffer();
        Frames.head(out, FrameKind.REQUEST, "twice", 1, 0);
        Frames.head(out, FrameKind.REQUEST, "twice", 2, 0);
        try (SSLSocket socket = guestSocket(GuestKind.INVITED)) {
            socket.getOutputStream().write(ByteBufUtil.getBytes(out));
            assertEquals(-1, socket.getInputStream().read());
        }
        assertEquals(1, asked.get());
    }

    @Test
    void cutsOffTheGuestForWhomThereIsNoRoom() throws Exception {
        policy.open = true;
        List<SSLSocket> present = new ArrayList<>();
        for (int i = 0; i < TransportLimits.defaults().guests(); i++) {
            SSLSocket guest = guestSocket(GuestKind.INVITED);
            guest.startHandshake();
            present.add(guest);
        }
        try (SSLSocket oneMore = guestSocket(GuestKind.INVITED)) {
            assertThrows(IOException.class, oneMore::startHandshake);
        }
        for (SSLSocket guest : present) {
            guest.close();
        }
        assertEquals(1, mesh.rejected(TransportMeters.Reason.TOO_MANY));
    }

    @Test
    void letsOnlySoManyInAndOnlyForSoLong() throws Exception {
        HandTimers time = new HandTimers();
        GuestDesk desk = new GuestDesk(time, TransportLimits.defaults());
        for (int i = 0; i < TransportLimits.defaults().guests(); i++) {
            assertTrue(desk.enter());
        }
        assertFalse(desk.enter(), "the desk is full");
        desk.leave();
        for (int i = TransportLimits.defaults().guests();
                i < TransportLimits.defaults().guestsPerMinute();
                i++) {
            assertTrue(desk.enter());
            desk.leave();
        }
        assertFalse(desk.enter(), "too many this minute");
        time.advance(Duration.ofSeconds(60));
        assertTrue(desk.enter());

        a = mesh.open(mesh.identity(A), time, TransportLimits.defaults());
        a.guests(policy);
        policy.open = true;
        try (SSLSocket silent = guestSocket(GuestKind.INVITED)) {
            silent.startHandshake();
            time.advance(TransportLimits.defaults().guestTime());
            assertEquals(-1, silent.getInputStream().read());
        }
    }
}
