package org.trestle.turn.stun;

import org.jspecify.annotations.Nullable;

/** How a password becomes the key of the long-term credential mechanism (RFC 8489 sections 9.2.2 and 18.5). */
public enum PasswordAlgorithm {
    MD5(0x0001, "MD5"),
    SHA_256(0x0002, "SHA-256");

    private final int number;
    private final String digest;

    PasswordAlgorithm(int number, String digest) {
        this.number = number;
        this.digest = digest;
    }

    public int number() {
        return number;
    }

    /** The name of the digest for {@link java.security.MessageDigest}. */
    public String digest() {
        return digest;
    }

    public static @Nullable PasswordAlgorithm of(int number) {
        return number == 1 ? MD5 : number == 2 ? SHA_256 : null;
    }
}
