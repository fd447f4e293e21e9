package org.trestle.xmpp.stream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.auth.sasl.SaslExchange;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.auth.sasl.SaslOffer;
import org.trestle.auth.sasl.SaslStep;

/** Mechanisms whose every answer a test can tell in advance. The password is always {@code secret}. */
public final class FakeMechanisms implements SaslMechanisms {
    /** What the last exchange knew of its channel. */
    public @Nullable SaslChannel channel;

    /** The stage that the mechanism SLOW waits for. */
    final CompletableFuture<SaslStep> slow = new CompletableFuture<>();

    @Override
    public SaslOffer offer(String domain, SaslChannel channel) {
        this.channel = channel;
        List<String> offered = new ArrayList<>(List.of("TWO-STEP"));
        if (channel.secured() || channel.plainAllowed()) {
            offered.add("PLAIN");
        }
        return new SaslOffer(domain, channel, offered);
    }

    @Override
    public @Nullable SaslExchange start(String mechanism, SaslOffer offer) {
        this.channel = offer.channel();
        return switch (mechanism) {
            case "PLAIN" -> FakeMechanisms::plain;
            case "TWO-STEP" -> new TwoSteps();
            case "LOCKED" ->
                response -> CompletableFuture.completedStage(
                        new SaslStep.Failure("temporary-auth-failure", "too often", true));
            case "SLOW" -> response -> slow;
            case "BROKEN" -> response -> CompletableFuture.failedStage(new IllegalStateException("broken"));
            default -> null;
        };
    }

    private static CompletionStage<SaslStep> plain(byte[] response) {
        String[] parts = new String(response, StandardCharsets.UTF_8).split("\0", -1);
        boolean right = parts.length == 3 && parts[2].equals("secret");
        return CompletableFuture.completedStage(
                right
                        ? new SaslStep.Success(new byte[0], parts[1])
                        : new SaslStep.Failure("not-authorized", "name or password is wrong"));
    }

    /** Asks an empty challenge first, then takes the response for the user name, and says it back. */
    private static final class TwoSteps implements SaslExchange {
        private boolean asked;

        @Override
        public CompletionStage<SaslStep> respond(byte[] response) {
            if (!asked) {
                asked = true;
                return CompletableFuture.completedStage(new SaslStep.Challenge(response));
            }
            String name = new String(response, StandardCharsets.UTF_8);
            return CompletableFuture.completedStage(new SaslStep.Success(response, name));
        }
    }
}
