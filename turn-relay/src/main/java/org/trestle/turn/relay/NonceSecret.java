package org.trestle.turn.relay;

import java.security.SecureRandom;

/**
 * What the relays of all loops share so that each knows the others' nonces: a request may begin on one loop and be
 * passed to another ({@link Neighbours}). The keys themselves are derived from it and change with time.
 */
public final class NonceSecret {
    private final byte[] bytes = new byte[32];
    private final long startNanos;

    /** @param startNanos the monotonic clock now; all relays that share the secret have the same clock */
    public NonceSecret(SecureRandom random, long startNanos) {
        random.nextBytes(bytes);
        this.startNanos = startNanos;
    }

    byte[] bytes() {
        return bytes;
    }

    long startNanos() {
        return startNanos;
    }
}
