package org.trestle.turn.stun;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;

/** Keys and user hashes of the long-term credential mechanism (RFC 8489 sections 9.2.2, 14.4 and 18.5.1). */
public final class LongTermKey {

    /** The key of {@code password} for {@code username}, which is taken as it came on the wire. */
    public static byte[] of(PasswordAlgorithm algorithm, byte[] username, String realm, String password) {
        MessageDigest digest = digest(algorithm.digest());
        digest.update(username);
        digest.update((byte) ':');
        digest.update(opaque(realm).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) ':');
        return digest.digest(opaque(password).getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] of(PasswordAlgorithm algorithm, String username, String realm, String password) {
        return of(algorithm, opaque(username).getBytes(StandardCharsets.UTF_8), realm, password);
    }

    /** What a client sends in USERHASH instead of its name: SHA-256 of {@code username:realm}, 32 bytes. */
    public static byte[] userHash(String username, String realm) {
        return digest("SHA-256").digest((opaque(username) + ":" + opaque(realm)).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * OpaqueString of RFC 8265 section 4.2 for what is legal in it: spaces become U+0020, then form C. Clients send their
     * names like this (RFC 8489 section 14.3).
     */
    public static String opaque(String text) {
        if (isAscii(text)) {
            return text; // for each request; so are nearly all
        }
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> Character.getType(point) == Character.SPACE_SEPARATOR ? ' ' : point)
                .forEach(mapped::appendCodePoint);
        return Normalizer.normalize(mapped, Normalizer.Form.NFC);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has " + name, e);
        }
    }

    private LongTermKey() {}
}
