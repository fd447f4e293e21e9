package org.trestle.turn.credentials;

/**
 * A user whose credentials were taken back. Whoever holds a shared key can compute a name with any expiry, so the expiry
 * does not tell whether a name was made before or after that; what does is the generation in it, or a key that is newer.
 *
 * @param generation of the names that are made for this user since then; no other revocation has the same
 * @param upToEpoch the newest key of that moment: names of former generations are refused when their password follows
 *     from it or from an older one
 */
public record Revocation(long generation, int upToEpoch) {
    public Revocation {
        if (generation < 1) {
            throw new IllegalArgumentException("generations begin at 1");
        }
    }

    /** Whether it refuses a name of {@code otherGeneration} that was made with the key of {@code epoch}. */
    boolean refuses(long otherGeneration, int epoch) {
        return otherGeneration < generation && epoch <= upToEpoch;
    }
}
