package org.trestle.auth.scram;

/**
 * What the server keeps of a password for one hash function (RFC 5802 section 3); the arrays are never to be changed.
 *
 * @param storedKey to check a client's proof
 * @param serverKey to prove to the client that the server knows it
 * @param iterations of PBKDF2, at least {@value #MIN_ITERATIONS}
 */
public record ScramKey(ScramHash hash, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {

    /** RFC 7677 section 4 wants no fewer. */
    public static final int MIN_ITERATIONS = 4096;

    /** More would let one row of the table keep a core busy for minutes. */
    public static final int MAX_ITERATIONS = 10_000_000;

    /** The most octets of a salt. */
    public static final int MAX_SALT = 64;

    public ScramKey {
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException("iterations are " + MIN_ITERATIONS + " to " + MAX_ITERATIONS);
        }
        if (salt.length == 0 || salt.length > MAX_SALT) {
            throw new IllegalArgumentException("a salt has 1 to " + MAX_SALT + " octets");
        }
        if (storedKey.length != hash.octets() || serverKey.length != hash.octets()) {
            throw new IllegalArgumentException("a key of " + hash + " has " + hash.octets() + " octets");
        }
    }

    @Override
    public String toString() {
        return "ScramKey[" + hash + ", iterations=" + iterations + "]";
    }
}
