package org.trestle.auth.scram;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One password's keys for every hash function that is offered.
 *
 * @param sha512 null for a password that was set before there were such keys; only the password itself can make them
 */
public record ScramKeys(
        ScramKey sha1, ScramKey sha256, @Nullable ScramKey sha512) {

    public ScramKeys {
        if (sha1.hash() != ScramHash.SHA_1
                || sha256.hash() != ScramHash.SHA_256
                || (sha512 != null && sha512.hash() != ScramHash.SHA_512)) {
            throw new IllegalArgumentException("keys in the wrong places");
        }
    }

    /** The key for a hash function, or null when this password has none. */
    public @Nullable ScramKey of(ScramHash hash) {
        return switch (hash) {
            case SHA_1 -> sha1;
            case SHA_256 -> sha256;
            case SHA_512 -> sha512;
        };
    }

    /** Whether there is a key for every hash function. */
    public boolean complete() {
        return sha512 != null;
    }

    /** The same with the key that was missing. */
    public ScramKeys with(ScramKey sha512) {
        return new ScramKeys(sha1, sha256, sha512);
    }

    /** The number of octets that {@link #encode} writes. */
    public int encodedSize() {
        return encodedSize(sha1) + encodedSize(sha256) + (sha512 == null ? 0 : encodedSize(sha512));
    }

    /** Writes all keys: iterations, then salt, stored key and server key, each after its length. */
    public void encode(ByteBuffer out) {
        encode(sha1, out);
        encode(sha256, out);
        if (sha512 != null) {
            encode(sha512, out);
        }
    }

    /**
     * Reads what {@link #encode} wrote; throws {@link IllegalArgumentException} when it is something else.
     *
     * @param complete whether the key for SHA-512 was written too
     */
    public static ScramKeys decode(ByteBuffer in, boolean complete) {
        try {
            return new ScramKeys(
                    decode(ScramHash.SHA_1, in),
                    decode(ScramHash.SHA_256, in),
                    complete ? decode(ScramHash.SHA_512, in) : null);
        } catch (BufferUnderflowException tooShort) {
            throw new IllegalArgumentException("SCRAM keys end too early", tooShort);
        }
    }

    private static int encodedSize(ScramKey key) {
        return Integer.BYTES + 3 + key.salt().length + key.storedKey().length + key.serverKey().length;
    }

    private static void encode(ScramKey key, ByteBuffer out) {
        out.putInt(key.iterations());
        encode(key.salt(), out);
        encode(key.storedKey(), out);
        encode(key.serverKey(), out);
    }

    private static void encode(byte[] octets, ByteBuffer out) {
        out.put((byte) octets.length).put(octets);
    }

    private static ScramKey decode(ScramHash hash, ByteBuffer in) {
        int iterations = in.getInt();
        byte[] salt = octets(in);
        byte[] storedKey = octets(in);
        return new ScramKey(hash, salt, iterations, storedKey, octets(in));
    }

    private static byte[] octets(ByteBuffer in) {
        byte[] read = new byte[in.get() & 0xff];
        in.get(read);
        return read;
    }
}
