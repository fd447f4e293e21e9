package org.trestle.turn.credentials;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key that time-limited credentials are made with. Several are valid at once, so that a new one can be taken into use
 * while credentials made with the former are still out.
 *
 * @param epoch 1 for the first key; each new one has the next number, which is never used again
 * @param secret the key itself, as it is configured in whatever makes credentials
 * @param retired since when credentials made with it are refused; null while it is valid. Retired keys are kept for a
 *     while, so that the refusal can name them
 */
public record SharedKey(
        int epoch, String secret, Instant made, @Nullable Instant retired) {
    /** The fewest characters of a key that an operator brings. */
    public static final int LEAST = 16;

    public SharedKey {
        if (epoch < 1) {
            throw new IllegalArgumentException("epochs begin at 1");
        }
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("a key cannot be empty");
        }
    }

    public boolean valid() {
        return retired == null;
    }

    public SharedKey retired(Instant when) {
        return new SharedKey(epoch, secret, made, when);
    }

    @Override
    public String toString() {
        return "SharedKey[epoch=" + epoch + ", valid=" + valid() + "]";
    }
}
