package org.trestle.auth.sasl;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.trestle.auth.attempts.AttemptLimits;
import org.trestle.auth.attempts.Attempts;
import org.trestle.auth.attempts.Budget;
import org.trestle.auth.cert.ClientCertificates;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.auth.scram.ChannelBindings;
import org.trestle.auth.scram.Credentials;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.cluster.sim.LocalTables;

/**
 * Any bytes as the messages of a client that has no account: the corpus, or, with {@code JAZZER_FUZZ=1}, ever new ones. The
 * first byte chooses the mechanism, a line end is between two messages.
 */
final class SaslFuzzTest {
    private static final Budget MANY = new Budget(1_000_000_000, Duration.ofSeconds(1));
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyDerivation DERIVATION = new KeyDerivation(RANDOM, 1, 100);
    private static final Credentials NOBODY = jid -> null;
    private static final SaslMechanisms MECHANISMS = new AccountMechanisms(
            new AccountMechanisms.Keys(NOBODY, DERIVATION, new ClusterKey(new LocalTables(), RANDOM)),
            ClientCertificates.NONE,
            new Attempts(new AttemptLimits(MANY, MANY, MANY, 1000), System::nanoTime),
            RANDOM);
    private static final SaslOffer OFFER =
            MECHANISMS.offer("trestle.test", new SaslChannel(true, false, ChannelBindings.NONE, List.of(), null));

    @FuzzTest(maxDuration = "60s")
    void nobodyLogsIn(byte[] input) {
        List<String> names = OFFER.mechanisms();
        String name = input.length == 0 ? "PLAIN" : names.get((input[0] & 0xff) % names.size());
        SaslExchange exchange = MECHANISMS.start(name, OFFER);
        SaslExchange certified = new ExternalExchange(List.of("somebody@trestle.test"), NOBODY, null);
        int from = Math.min(1, input.length);
        for (int to = from; to <= input.length; to++) {
            if (to == input.length || input[to] == '\n') {
                byte[] message = Arrays.copyOfRange(input, from, to);
                refused(exchange, message);
                refused(certified, message);
                from = to + 1;
            }
        }
    }

    private static void refused(SaslExchange exchange, byte[] message) {
        CompletableFuture<SaslStep> step = exchange.respond(message).toCompletableFuture();
        // A password is derived on another thread; what that says is the business of other tests.
        assertFalse(step.isCompletedExceptionally(), "an exchange never fails");
        assertFalse(step.getNow(SaslStep.Failure.tooMany()) instanceof SaslStep.Success, "logged in");
    }
}
