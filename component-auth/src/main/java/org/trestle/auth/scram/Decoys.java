package org.trestle.auth.scram;

import java.util.Arrays;
import org.trestle.auth.keys.ClusterKey;

/**
 * Keys of accounts that do not exist. They are the same every time and on every node, so that a stranger who asks twice
 * cannot tell them from those of a real account; no password fits them.
 */
public final class Decoys {
    private final ClusterKey key;
    private final int iterations;

    /** {@code iterations} should be what new passwords get. */
    public Decoys(ClusterKey key, int iterations) {
        this.key = key;
        this.iterations = iterations;
    }

    ScramKey key(ScramHash hash, String jid) {
        byte[] salt = Arrays.copyOf(key.derive("scram salt " + hash, jid), KeyDerivation.SALT_OCTETS);
        byte[] nobodysKey = Arrays.copyOf(key.derive("scram key " + hash, jid), hash.octets());
        return new ScramKey(hash, salt, iterations, nobodysKey, nobodysKey);
    }
}
