package org.trestle.auth.scram;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.trestle.auth.keys.Hmac;

/** The hash functions of SCRAM (RFC 5802, RFC 7677, and SHA-512 in the same way) that accounts have keys for. */
public enum ScramHash {
    SHA_1("SCRAM-SHA-1", "SHA-1", "HmacSHA1", "PBKDF2WithHmacSHA1", 20),
    SHA_256("SCRAM-SHA-256", "SHA-256", "HmacSHA256", "PBKDF2WithHmacSHA256", 32),
    SHA_512("SCRAM-SHA-512", "SHA-512", "HmacSHA512", "PBKDF2WithHmacSHA512", 64);

    private final String mechanism;
    private final String digest;
    private final String hmac;
    private final String derivation;
    private final int octets;

    ScramHash(String mechanism, String digest, String hmac, String derivation, int octets) {
        this.mechanism = mechanism;
        this.digest = digest;
        this.hmac = hmac;
        this.derivation = derivation;
        this.octets = octets;
    }

    /** The SASL mechanism's name without channel binding. */
    public String mechanism() {
        return mechanism;
    }

    /** The SASL mechanism's name with channel binding. */
    public String plusMechanism() {
        return mechanism + "-PLUS";
    }

    /** The length of its output. */
    public int octets() {
        return octets;
    }

    String derivation() {
        return derivation;
    }

    byte[] hash(byte[] data) {
        try {
            return MessageDigest.getInstance(digest).digest(data);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java runtime lacks " + digest, missing);
        }
    }

    byte[] hmac(byte[] key, byte[] data) {
        return Hmac.of(hmac, key, data);
    }
}
