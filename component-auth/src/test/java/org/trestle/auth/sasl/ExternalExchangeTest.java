package org.trestle.auth.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.auth.scram.Credentials;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.auth.scram.ScramKeys;

/** The cases of XEP-0178 section 2, step 11. */
final class ExternalExchangeTest {
    private static final ScramKeys KEYS = keys();
    private final Credentials credentials = new Credentials() {
        @Override
        public @Nullable ScramKeys keys(String jid) {
            return switch (jid) {
                case "alice@trestle.test", "bob@trestle.test" -> KEYS;
                case "damaged@trestle.test" -> throw new IllegalStateException("damaged");
                default -> null;
            };
        }

        @Override
        public @Nullable Closed closed(String jid) {
            return jid.equals("disabled@trestle.test") ? new Closed(KEYS, Bar.DISABLED) : null;
        }
    };

    @Test
    void oneAccountNeedsNoWords() throws Exception {
        assertEquals("alice", success(exchange("alice").respond(utf8(""))));
        assertEquals("alice", success(exchange("alice").respond(utf8("Alice@trestle.test"))));
        assertEquals("bob", success(exchange("bob", "nobody").respond(utf8(""))), "only one of them is an account");
    }

    @Test
    void severalAccountsNeedTheWordFromTheClient() throws Exception {
        assertEquals("invalid-authzid", failure(exchange("alice", "bob").respond(utf8(""))));
        assertEquals("bob", success(exchange("alice", "bob").respond(utf8("bob@trestle.test"))));
    }

    @Test
    void nobodyIsSomebodyElse() throws Exception {
        assertEquals("invalid-authzid", failure(exchange("alice").respond(utf8("bob@trestle.test"))));
        assertEquals("invalid-authzid", failure(exchange("alice").respond(utf8("not a jid"))));
        assertEquals("invalid-authzid", failure(exchange("alice").respond(new byte[] {(byte) 0xC0})));
    }

    @Test
    void aCertificateMakesNoAccount() throws Exception {
        assertEquals("not-authorized", failure(exchange("nobody").respond(utf8(""))));
        assertEquals("not-authorized", failure(exchange("nobody").respond(utf8("nobody@trestle.test"))));
        assertEquals("not-authorized", failure(exchange("damaged").respond(utf8(""))));
        assertEquals("account-disabled", failure(exchange("disabled").respond(utf8(""))));
    }

    @Test
    void withoutAnInitialResponseItIsAskedFor() throws Exception {
        SaslExchange exchange = exchange("alice");
        SaslStep asked = exchange.begin().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals(0, assertInstanceOf(SaslStep.Challenge.class, asked).data().length);
        assertEquals("alice", success(exchange.respond(utf8(""))));
        assertEquals("malformed-request", failure(exchange.respond(utf8(""))));
    }

    private SaslExchange exchange(String... users) {
        return new ExternalExchange(
                List.of(users).stream().map(user -> user + "@trestle.test").toList(), credentials, null);
    }

    private static String success(CompletionStage<SaslStep> stage) throws Exception {
        SaslStep step = stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        return assertInstanceOf(SaslStep.Success.class, step).username();
    }

    private static String failure(CompletionStage<SaslStep> stage) throws Exception {
        SaslStep step = stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        return assertInstanceOf(SaslStep.Failure.class, step).condition();
    }

    private static ScramKeys keys() {
        try (KeyDerivation derivation = new KeyDerivation(new SecureRandom(), 1, 1)) {
            return derivation.derive("secret");
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
