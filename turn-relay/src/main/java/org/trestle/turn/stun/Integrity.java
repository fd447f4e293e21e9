package org.trestle.turn.stun;

import io.netty.buffer.ByteBuf;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 (RFC 8489 sections 14.5 and 14.6). Holds one Mac of each kind, so it
 * belongs to one thread. Comparison takes the same time wherever the first difference is.
 */
public final class Integrity {
    private static final int SHA1_BYTES = 20;
    private static final int SHA256_BYTES = 32;

    private final Mac sha1 = mac("HmacSHA1");
    private final Mac sha256 = mac("HmacSHA256");
    private byte[] scratch = new byte[1024];

    /** What the integrity attributes of a message are worth for a key. */
    public enum Check {
        /** Neither attribute is there. */
        ABSENT,
        /** One is there, of a length that it cannot have. */
        MALFORMED,
        WRONG,
        RIGHT
    }

    /**
     * Checks the strongest integrity attribute of {@code message}: SHA-256 if it is there, else SHA-1. A shortened
     * SHA-256 is malformed: a usage would have to allow it (RFC 8489 section 14.6), and TURN does not.
     */
    public Check check(StunMessage message, byte[] key) {
        int at = message.find(AttributeType.MESSAGE_INTEGRITY_SHA256);
        if (at >= 0) {
            return message.length(at) == SHA256_BYTES
                    ? compare(message, at, SHA256_BYTES, sha256, key)
                    : Check.MALFORMED;
        }
        at = message.find(AttributeType.MESSAGE_INTEGRITY);
        if (at < 0) {
            return Check.ABSENT;
        }
        return message.length(at) == SHA1_BYTES ? compare(message, at, SHA1_BYTES, sha1, key) : Check.MALFORMED;
    }

    private Check compare(StunMessage message, int at, int length, Mac mac, byte[] key) {
        int covered = at - 4 - message.start();
        load(message.bytes(), message.start(), covered);
        int claimed = covered - Framing.STUN_HEADER + 4 + length;
        scratch[2] = (byte) (claimed >> 8);
        scratch[3] = (byte) claimed;
        byte[] expected = run(mac, key, covered);
        byte[] found = new byte[length];
        message.bytes().getBytes(at, found);
        return MessageDigest.isEqual(expected, found) ? Check.RIGHT : Check.WRONG;
    }

    /** The HMAC-SHA1 of bytes whose header already says the length that includes the attribute. */
    byte[] sha1(byte[] key, ByteBuf bytes, int start, int length) {
        load(bytes, start, length);
        return run(sha1, key, length);
    }

    byte[] sha256(byte[] key, ByteBuf bytes, int start, int length) {
        load(bytes, start, length);
        return run(sha256, key, length);
    }

    private void load(ByteBuf bytes, int start, int length) {
        if (scratch.length < length) {
            scratch = new byte[Framing.padded(length + 1024)];
        }
        bytes.getBytes(start, scratch, 0, length);
    }

    private byte[] run(Mac mac, byte[] key, int length) {
        try {
            mac.init(new HmacKey(key, mac.getAlgorithm()));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("HMAC takes any key", e);
        }
        mac.update(scratch, 0, length);
        return mac.doFinal();
    }

    private static Mac mac(String name) {
        try {
            return Mac.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has " + name, e);
        }
    }

    /** Unlike a SecretKeySpec it may be empty, as the password of classic short-term credentials may. */
    private record HmacKey(byte[] bytes, String algorithm) implements SecretKey {
        private static final long serialVersionUID = 1;

        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return "HmacKey";
        }
    }
}
