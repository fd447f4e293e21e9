package org.trestle.auth.scram;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** One password's keys for every hash function that is offered. */
public record ScramKeys(ScramKey sha1, ScramKey sha256) {

    public ScramKeys {
        if (sha1.hash() != ScramHash.SHA_1 || sha256.hash() != ScramHash.SHA_256) {
            throw new IllegalArgumentException("keys in the wrong places");
        }
    }

    public ScramKey of(ScramHash hash) {
        return switch (hash) {
            case SHA_1 -> sha1;
            case SHA_256 -> sha256;
        };
    }

    /** The number of octets that {@link #encode} writes. */
    public int encodedSize() {
        return encodedSize(sha1) + encodedSize(sha256);
    }

    /** Writes both keys: iterations, then salt, stored key and server key, each after its length. */
    public void encode(ByteBuffer out) {
        encode(sha1, out);
        encode(sha256, out);
    }

    /** Reads what {@link #encode} wrote; throws {@link IllegalArgumentException} when it is something else. */
    public static ScramKeys decode(ByteBuffer in) {
        try {
            return new ScramKeys(decode(ScramHash.SHA_1, in), decode(ScramHash.SHA_256, in));
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
