package org.trestle.auth.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.auth.scram.ScramReply.Reason;
import org.trestle.cluster.sim.LocalTables;

final class ScramServerTest {
    private static final String RFC_5802_NONCE = "3rfcNHYJY1ZVvWVs7j";
    private static final String RFC_7677_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    private final ScramKeys pencil = new ScramKeys(
            KeyDerivation.key(ScramHash.SHA_1, "pencil", base64("QSXCR+Q6sek8bf92"), 4096),
            KeyDerivation.key(ScramHash.SHA_256, "pencil", base64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096),
            null);
    private final Credentials credentials = jid -> jid.equals("user@example.com") ? pencil : null;
    private final Decoys decoys = new Decoys(new ClusterKey(new LocalTables(), new SecureRandom()), 4096);

    @Test
    void repeatsTheExchangeOfRfc5802() {
        ScramServer server = server(ScramHash.SHA_1, RFC_5802_NONCE);
        assertEquals(
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                first(server, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"));
        ScramReply.Proven proven = assertInstanceOf(
                ScramReply.Proven.class,
                server.last(
                        utf8("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")));
        assertEquals("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", text(proven.message()));
        assertEquals("user", proven.username());
    }

    @Test
    void repeatsTheExchangeOfRfc7677() {
        ScramServer server = server(ScramHash.SHA_256, RFC_7677_NONCE);
        assertEquals(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                first(server, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
        ScramReply.Proven proven = assertInstanceOf(
                ScramReply.Proven.class,
                server.last(utf8("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")));
        assertEquals("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", text(proven.message()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Tw=",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=AAAA",
                "c=eSws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,x=1,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
            })
    void aWrongFinalMessageIsNotAuthorized(String message) {
        ScramServer server = server(ScramHash.SHA_1, RFC_5802_NONCE);
        first(server, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        assertEquals(Reason.NOT_AUTHORIZED, refused(server.last(utf8(message))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "n",
                "n,,",
                "n,,n=user",
                "n,,n=,r=abc",
                "n,,n=user,r=",
                "n,,r=abc,n=user",
                "n,,m=ext,n=user,r=abc",
                "n,,n=us=er,r=abc",
                "n,,n=user=,r=abc",
                "n,,n=us=2,r=abc",
                "n,b=x,n=user,r=abc",
                "n,a=,n=user,r=abc",
                "q,,n=user,r=abc",
                "p=,,n=user,r=abc",
                "nn,,n=user,r=abc",
                "n,,n=user,r=a bc",
                "n,,n=user,r=ab\u00e9",
                "n,,n=us\u0000er,r=abc",
                "n,,n=us er,r=abc",
                "n,,n=us@er,r=abc",
                "p=tls-server-end-point,,n=user,r=abc"
            })
    void aMalformedFirstMessageIsRefused(String message) {
        assertEquals(Reason.MALFORMED, refused(server(ScramHash.SHA_1, "x").first(utf8(message))), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "p=AAAA",
                "c=biws,p=AAAA",
                "c=biws,r=abc",
                "c=biws,r=abcx,p=",
                "c=biws,r=abcx,p=A",
                "c=biws,r=abcx,p=****",
                "c=b,r=abcx,p=AAAA",
                "r=abcx,c=biws,p=AAAA",
                "c=biws,r=abcx,p=AAAA,x=y"
            })
    void aMalformedFinalMessageIsRefused(String message) {
        ScramServer server = server(ScramHash.SHA_1, "x");
        first(server, "n,,n=user,r=abc");
        assertEquals(Reason.MALFORMED, refused(server.last(utf8(message))), message);
    }

    @Test
    void extensionsAfterTheNonceArePassedOver() {
        assertTrue(
                first(server(ScramHash.SHA_1, "x"), "n,,n=user,r=abc,z=future").startsWith("r=abcx,"));
    }

    @Test
    void aMessageBeyondTheLimitOrNotInUtf8IsRefused() {
        byte[] broken = utf8("n,,n=user,r=abc");
        broken[5] = (byte) 0xC0;
        assertEquals(Reason.MALFORMED, refused(server(ScramHash.SHA_1, "x").first(broken)));
        assertEquals(
                Reason.MALFORMED, refused(server(ScramHash.SHA_1, "x").first(utf8("n,,n=user,r=" + "a".repeat(5000)))));
    }

    @Test
    void randomOctetsAreRefusedAndNeverThrow() {
        Random random = new Random(61);
        for (int i = 0; i < 20_000; i++) {
            byte[] message = utf8("n,a=user@example.com,n=user,r=abc");
            for (int n = random.nextInt(4); n >= 0; n--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            }
            ScramServer server = server(ScramHash.SHA_256, "x");
            server.first(message);
            byte[] answer = utf8("c=biws,r=abcx,p=AAAA");
            answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
            assertInstanceOf(ScramReply.Refused.class, server.last(answer));
        }
    }

    @Test
    void actingAsSomebodyElseIsRefused() {
        assertEquals(
                Reason.INVALID_AUTHZID,
                refused(server(ScramHash.SHA_1, "x").first(utf8("n,a=bob@example.com,n=user,r=abc"))));
        assertTrue(first(server(ScramHash.SHA_1, "x"), "n,a=User@Example.com,n=user,r=abc")
                .startsWith("r=abcx"));
    }

    @Test
    void aStrangersSaltIsTheSameEveryTimeAndNotSomebodyElses() {
        String once = first(server(ScramHash.SHA_256, "x"), "n,,n=nobody,r=abc");
        assertEquals(once, first(server(ScramHash.SHA_256, "x"), "n,,n=nobody,r=abc"));
        assertNotEquals(once, first(server(ScramHash.SHA_256, "x"), "n,,n=nobody2,r=abc"));
        assertNotEquals(once, first(server(ScramHash.SHA_1, "x"), "n,,n=nobody,r=abc"));
    }

    @Test
    void anUnreadableAccountIsATemporaryFailure() {
        Credentials damaged = jid -> {
            throw new IllegalStateException("damaged");
        };
        ScramServer server = new ScramServer(terms(ScramHash.SHA_1, "x", false, null), damaged, decoys);
        assertEquals(Reason.UNAVAILABLE, refused(server.first(utf8("n,,n=user,r=abc"))));
    }

    @Test
    void anyOtherChannelBindingThanTheCertificatesIsRefused() {
        ScramServer server =
                new ScramServer(terms(ScramHash.SHA_1, "x", true, new byte[] {1, 2, 3}), credentials, decoys);
        assertEquals(Reason.NOT_AUTHORIZED, refused(server.first(utf8("p=tls-exporter,,n=user,r=abc"))));
    }

    @Test
    void keysAreNeverPrinted() {
        assertFalse(pencil.toString().contains("[" + "B@"), pencil.toString());
        assertEquals("ScramKey[SHA_1, iterations=4096]", pencil.sha1().toString());
    }

    private ScramServer server(ScramHash hash, String nonce) {
        return new ScramServer(terms(hash, nonce, false, null), credentials, decoys);
    }

    private static ScramServer.Terms terms(
            ScramHash hash, String nonce, boolean plus, byte @Nullable [] serverEndPoint) {
        ChannelBindings bindings = serverEndPoint == null ? ChannelBindings.NONE : new EndPointOnly(serverEndPoint);
        return new ScramServer.Terms(hash, plus, bindings, List.of(), "example.com", nonce);
    }

    private record EndPointOnly(byte[] octets) implements ChannelBindings {
        @Override
        public List<String> types() {
            return List.of("tls-server-end-point");
        }

        @Override
        public byte @Nullable [] data(String type) {
            return octets;
        }
    }

    private static String first(ScramServer server, String message) {
        return text(assertInstanceOf(ScramReply.ServerFirst.class, server.first(utf8(message)))
                .message());
    }

    private static Reason refused(ScramReply reply) {
        return assertInstanceOf(ScramReply.Refused.class, reply).reason();
    }

    private static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }
}
