package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/** The long-term credential mechanism, RFC 8489 section 9.2, and what the operator learns of refusals. */
final class AuthenticationTest {
    private static final byte[] OFFER = {0, 2, 0, 0, 0, 1, 0, 0};
    private static final byte[] SHA_256 = {0, 2, 0, 0};

    private final SimRelay sim = new SimRelay();
    private final StunWriter writer = new StunWriter();
    private final Integrity integrity = new Integrity();

    @Test
    void theFirstAnswerHasAllThatAClientNeeds() {
        Reply reply = sim.client()
                .bare(
                        StunMethod.ALLOCATE,
                        w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS)
                                .text(AttributeType.SOFTWARE, "a client of some"));
        assertEquals(401, reply.error());
        assertEquals(FakeCredentials.REALM, reply.message().text(AttributeType.REALM));
        assertTrue(reply.message().text(AttributeType.NONCE).startsWith("obMatJos2gAAA"));
        assertArrayEquals(OFFER, reply.message().value(AttributeType.PASSWORD_ALGORITHMS));
        assertFalse(reply.has(AttributeType.MESSAGE_INTEGRITY));
        assertEquals("CHALLENGE", sim.lastRefusal());
    }

    @Test
    void aShortRequestGetsAShortNonceThatWorks() {
        Client client = sim.client().challenged();
        assertEquals(Nonces.SHORTEST, client.nonce.length);
        assertTrue(client.allocate().isSuccess());
    }

    @Test
    void sha256KeysWithUsername() {
        Client client = longNonce(sim.client());
        Reply reply = sha256(client, w -> w.text(AttributeType.USERNAME, "alice"), OFFER, SHA_256);
        assertTrue(reply.isSuccess());
        assertTrue(reply.has(AttributeType.MESSAGE_INTEGRITY_SHA256));
        assertFalse(reply.has(AttributeType.MESSAGE_INTEGRITY));
        assertTrue(reply.isSignedWith(sha256Key()));
    }

    @Test
    void sha256KeysWithUserhashWhereItIsOffered() {
        sim.credentials.hashes = true;
        Client client = longNonce(sim.client());
        assertTrue(new String(client.nonce, StandardCharsets.US_ASCII).startsWith("obMatJos2wAAA"));
        byte[] hash = LongTermKey.userHash("alice", FakeCredentials.REALM);
        assertTrue(sha256(client, w -> w.value(AttributeType.USERHASH, hash), OFFER, SHA_256)
                .isSuccess());
        byte[] nobody = new byte[32];
        assertEquals(
                401,
                sha256(longNonce(sim.client()), w -> w.value(AttributeType.USERHASH, nobody), OFFER, SHA_256)
                        .error());
    }

    /** RFC 8489 section 10: over TLS, and signed with SHA-256, the name of the other relay's certificate is told. */
    @Test
    void whoIsSentElsewhereOverTlsLearnsWhoseCertificateIsThere() {
        sim.alternates = new Alternates() {
            @Override
            public boolean isDraining() {
                return true;
            }

            @Override
            public TransportAddress alternateFor(FiveTuple client) {
                return SimRelay.address("198.41.0.2", 5349);
            }

            @Override
            public TransportAddress withRoomFor(FiveTuple client) {
                return alternateFor(client);
            }

            @Override
            public String nameAt(TransportAddress alternate) {
                return alternate.port() == 5349 ? "turn2.example.com" : "wrong";
            }
        };
        Consumer<StunWriter> name = w -> w.text(AttributeType.USERNAME, "alice");
        for (Transport transport : Transport.values()) {
            Reply reply = sha256(longNonce(sim.client(transport, "203.0.113.7")), name, OFFER, SHA_256);
            assertEquals(300, reply.error());
            boolean encrypted = transport == Transport.TLS || transport == Transport.DTLS;
            assertEquals(
                    encrypted ? "turn2.example.com" : null,
                    reply.message().text(AttributeType.ALTERNATE_DOMAIN),
                    transport.toString());
            assertTrue(reply.isSignedWith(sha256Key()));
        }
        Reply md5 = sim.client(Transport.TLS, "203.0.113.7").allocate();
        assertEquals(300, md5.error());
        assertFalse(md5.has(AttributeType.ALTERNATE_DOMAIN));
    }

    /** Somebody between client and server who strikes SHA-256 from the offer is noticed. */
    @Test
    void aChangedOfferOfAlgorithmsIsRefused() {
        byte[] onlyMd5 = {0, 1, 0, 0};
        Consumer<StunWriter> name = w -> w.text(AttributeType.USERNAME, "alice");
        assertEquals(
                400, sha256(longNonce(sim.client()), name, onlyMd5, onlyMd5).error());
        assertEquals(400, sha256(longNonce(sim.client()), name, OFFER, null).error());
        assertEquals(400, sha256(longNonce(sim.client()), name, null, SHA_256).error());
        byte[] unknown = {0, 9, 0, 0};
        assertEquals(400, sha256(longNonce(sim.client()), name, OFFER, unknown).error());
        sim.assertEmpty();
    }

    /** The security bits are part of what the nonce's hash covers. */
    @Test
    void aNonceWithChangedSecurityBitsIsStale() {
        Client client = longNonce(sim.client());
        byte[] changed = client.nonce.clone();
        changed[9] = 'w';
        client.nonce = changed;
        assertEquals(438, client.allocate().error());
    }

    /** RFC 8489 section 14.6: all 32 bytes, unless a usage says that fewer will do. RFC 8656 does not say so. */
    @Test
    void shortenedSha256IntegrityIsRefused() {
        assertEquals(0, truncated(32));
        for (int length : new int[] {12, 16, 18, 28}) {
            assertEquals(401, truncated(length), length + " bytes");
        }
    }

    /** The error code for an integrity attribute of {@code length} bytes. */
    private int truncated(int length) {
        Client client = longNonce(sim.client());
        ByteBuf whole = sim.buffer(
                sha256Request(client, w -> w.text(AttributeType.USERNAME, "alice"), OFFER, SHA_256, Integer.MAX_VALUE));
        int at = whole.writerIndex() - 32;
        byte[] covered = Arrays.copyOf(Bytes.take(whole), at - 4);
        int total = covered.length + 4 + (length + 3 & ~3) - 20;
        covered[2] = (byte) (total >> 8);
        covered[3] = (byte) total;
        byte[] mac = hmac(covered);
        ByteBuf out = sim.buffer(covered);
        out.writeShort(AttributeType.MESSAGE_INTEGRITY_SHA256)
                .writeShort(length)
                .writeBytes(mac, 0, length);
        out.writeZero(-length & 3);
        return client.exchange(out).error();
    }

    private static byte[] hmac(byte[] covered) {
        try {
            javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(sha256Key(), "HmacSHA256"));
            return mac.doFinal(covered);
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aNonceGetsOldAndTheNextOneWorks() {
        Client client = sim.client();
        client.allocate();
        sim.clock.pass(590);
        assertTrue(client.refresh(3600).isSuccess());
        sim.clock.pass(600);
        Reply stale = client.refresh(600);
        assertEquals(438, stale.error());
        assertEquals("STALE_NONCE alice", sim.lastRefusal());
        client.nonce = stale.message().value(AttributeType.NONCE);
        assertTrue(client.refresh(600).isSuccess());
    }

    @Test
    void aNonceWorksForItsFiveTupleOnly() {
        Client client = sim.client().challenged();
        Client other = sim.client();
        other.nonce = client.nonce;
        assertEquals(438, other.allocate().error());
        Client overTcp = new Client(
                sim, new FakeLeg(new FiveTuple(client.leg.fiveTuple().client(), SimRelay.SERVER, Transport.TCP)));
        overTcp.nonce = client.nonce;
        assertEquals(438, overTcp.allocate().error());
        FiveTuple own = client.leg.fiveTuple();
        TransportAddress elsewhere =
                SimRelay.address("203.0.113.8", own.client().port());
        for (FiveTuple another : List.of(
                new FiveTuple(elsewhere, own.server(), Transport.UDP),
                new FiveTuple(own.client(), own.server().withPort(5349), Transport.UDP),
                new FiveTuple(own.client(), SimRelay.address("192.0.2.2", 3478), Transport.UDP))) {
            Client thief = new Client(sim, new FakeLeg(another));
            thief.nonce = client.nonce;
            assertEquals(438, thief.allocate().error(), another.toString());
        }
        assertTrue(client.allocate().isSuccess());
    }

    @Test
    void noncesLastThroughChangesOfTheKeyAndNotForever() {
        NonceSecret secret = new NonceSecret(new java.security.SecureRandom(), 0);
        Nonces nonces = new Nonces(600, secret);
        FiveTuple client = sim.client().leg.fiveTuple();
        long second = 1_000_000_000L;
        for (long start = 0; start < 100_000; start += 777) {
            byte[] nonce = nonces.make("", Nonces.SHORT, client, start * second);
            assertEquals(Nonces.Verdict.FRESH, nonces.verify(nonce, client, (start + 599) * second));
            assertEquals(Nonces.Verdict.STALE, nonces.verify(nonce, client, (start + 751) * second));
            assertEquals(Nonces.Verdict.STALE, nonces.verify(nonce, client, (start + 600 * 64) * second));
        }
    }

    @Test
    void whatIsMissingBesideASignatureIs400() {
        Client client = sim.client().challenged();
        for (int missing : new int[] {AttributeType.USERNAME, AttributeType.REALM, AttributeType.NONCE}) {
            ByteBuf out = sim.allocator.heapBuffer();
            writer.begin(out, StunMethod.ALLOCATE.type(StunClass.REQUEST), 1, missing);
            if (missing != AttributeType.USERNAME) {
                writer.text(AttributeType.USERNAME, "alice");
            }
            if (missing != AttributeType.REALM) {
                writer.text(AttributeType.REALM, FakeCredentials.REALM);
            }
            if (missing != AttributeType.NONCE) {
                writer.value(AttributeType.NONCE, client.nonce);
            }
            writer.integrity(integrity, client.key()).end();
            assertEquals(400, client.exchange(out).error());
        }
    }

    @Test
    void theOperatorLearnsTheCauseAndTheClientDoesNot() {
        Credentials.Key old = new FakeCredentials.Password("epoch 6", "carol", "old");
        Credentials.Key now = new FakeCredentials.Password("epoch 7", "carol", "new");
        sim.credentials.users.put(
                "carol",
                new Credentials.Known(
                        "carol",
                        "carol",
                        List.of(now),
                        List.of(new Credentials.Retired(old, Refusal.RETIRED_KEY, "key epoch 6 of 7")),
                        Long.MAX_VALUE));
        sim.credentials.users.put(
                "1:dave",
                new Credentials.Unknown(
                        Refusal.WRONG_PASSWORD,
                        "",
                        List.of(new Credentials.Retired(
                                new FakeCredentials.Password("epoch 7", "1:dave", "right"),
                                Refusal.EXPIRED,
                                "expired 3 h ago"))));
        List<byte[]> answers = List.of(
                refused("nobody", "wonderland"),
                refused("alice!", "wrong"),
                refused("carol!", "old"),
                refused("1:dave", "right"),
                refused("1:dave", "wrong"));
        assertEquals(
                List.of(
                        "UNKNOWN_USER nobody",
                        "WRONG_PASSWORD alice!",
                        "RETIRED_KEY carol!: key epoch 6 of 7",
                        "EXPIRED 1:dave: expired 3 h ago",
                        "WRONG_PASSWORD 1:dave"),
                sim.refusals.stream().filter(line -> !line.equals("CHALLENGE")).toList());
        for (byte[] answer : answers) {
            assertArrayEquals(answers.get(0), answer);
        }
    }

    /** The bytes of the refusal, but for what differs between any two requests: transaction id and nonce. */
    private byte[] refused(String name, String password) {
        String known = name.replace("!", "");
        Credentials.Answer answer = sim.credentials.users.get(known);
        if (answer instanceof Credentials.Known user && !known.equals(name)) {
            // Names of the same length, so that the requests are equally long.
            List<Credentials.Key> keys = List.of(new FakeCredentials.Password("now", name, "something"));
            List<Credentials.Retired> retired = user.retired().stream()
                    .map(gone -> new Credentials.Retired(
                            new FakeCredentials.Password("old", name, "old"), gone.reason(), gone.detail()))
                    .toList();
            sim.credentials.users.put(name, new Credentials.Known(name, known, keys, retired, Long.MAX_VALUE));
        }
        Client client = sim.client().as(name, password);
        Reply reply = client.allocate();
        byte[] bytes = reply.bytes().clone();
        int nonce = reply.message().find(AttributeType.NONCE);
        Arrays.fill(bytes, nonce, nonce + reply.message().length(nonce), (byte) 0);
        Arrays.fill(bytes, 8, 20, (byte) 0);
        return bytes;
    }

    @Test
    void twoPasswordsAreValidWhileAKeyIsRotated() {
        sim.credentials.with("erin", "before", "after");
        assertTrue(sim.client().as("erin", "before").allocate().isSuccess());
        assertTrue(sim.client().as("erin", "after").allocate().isSuccess());
        sim.credentials.with("erin", "after");
        assertEquals(401, sim.client().as("erin", "before").allocate().error());
    }

    @Test
    void anotherUserCannotUseTheAllocation() {
        Client client = sim.client();
        client.allocate();
        client.as("bob", "builder");
        assertEquals(441, client.refresh(0).error());
        assertEquals(441, client.permit(SimRelay.address("9.9.9.9", 0)).error());
        assertEquals(441, client.bind(0x4000, SimRelay.address("9.9.9.9", 9)).error());
        assertEquals(1, sim.quotas.total());
    }

    @Test
    void anAttributeThatMustBeUnderstoodIs420() {
        Reply reply = sim.client().allocate(w -> w.number(0x0777, 1).number(0x8777, 1));
        assertEquals(420, reply.error());
        assertArrayEquals(new byte[] {0x07, 0x77}, reply.message().value(AttributeType.UNKNOWN_ATTRIBUTES));
        assertEquals(
                420,
                sim.client().bare(StunMethod.BINDING, w -> w.number(0x0777, 1)).error());
        sim.assertEmpty();
    }

    @Test
    void withoutSupportDontFragmentIsAnUnknownAttribute() {
        sim.sockets.dontFragment = false;
        assertEquals(
                420,
                sim.client().allocate(w -> w.flag(AttributeType.DONT_FRAGMENT)).error());
    }

    @Test
    void bindingNeedsNoCredentials() {
        Client client = sim.client();
        Reply reply = client.bare(StunMethod.BINDING, w -> {});
        assertTrue(reply.isSuccess());
        assertEquals(client.leg.fiveTuple().client(), reply.address(AttributeType.XOR_MAPPED_ADDRESS));
        Reply marked = client.bare(StunMethod.BINDING, StunWriter::fingerprint);
        assertNotNull(marked);
        assertTrue(marked.has(AttributeType.FINGERPRINT));
    }

    private static byte[] sha256Key() {
        return LongTermKey.of(PasswordAlgorithm.SHA_256, "alice", FakeCredentials.REALM, "wonderland");
    }

    /** Takes a nonce with cookie: the request is long enough for the answer. */
    private static Client longNonce(Client client) {
        Reply reply = client.bare(StunMethod.ALLOCATE, w -> w.text(AttributeType.SOFTWARE, "a client of some kind"));
        client.nonce = reply.message().value(AttributeType.NONCE);
        return client;
    }

    private Reply sha256(Client client, Consumer<StunWriter> who, byte @Nullable [] offered, byte @Nullable [] chosen) {
        return client.exchange(sim.buffer(sha256Request(client, who, offered, chosen, Integer.MAX_VALUE)));
    }

    private byte[] sha256Request(
            Client client,
            Consumer<StunWriter> who,
            byte @Nullable [] offered,
            byte @Nullable [] chosen,
            int transaction) {
        ByteBuf out = sim.allocator.heapBuffer();
        writer.begin(out, StunMethod.ALLOCATE.type(StunClass.REQUEST), 2, transaction);
        who.accept(writer);
        writer.text(AttributeType.REALM, FakeCredentials.REALM).value(AttributeType.NONCE, client.nonce);
        if (offered != null) {
            writer.value(AttributeType.PASSWORD_ALGORITHMS, offered);
        }
        if (chosen != null) {
            writer.value(AttributeType.PASSWORD_ALGORITHM, chosen);
        }
        writer.number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS)
                .integritySha256(integrity, sha256Key())
                .end();
        return Bytes.take(out);
    }
}
