package org.trestle.turn.credentials;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The user name of time-limited credentials, {@code expiry:name}, as other TURN servers with a REST interface have it: the
 * expiry in seconds since 1970, and whom they were made for. The password is the base64 of HMAC-SHA1 over the user name.
 * For a user that was revoked it is {@code expiry;generation:name}: no name without a revocation has a semicolon there, so
 * whatever stands after the colon belongs to the name.
 *
 * @param generation 0 when there is none in the name
 */
public record TimeLimited(Instant expiry, long generation, String name) {
    private static final int MOST_DIGITS = 12;

    /** Reads a user name; null when it is not of this kind. */
    public static @Nullable TimeLimited parse(String username) {
        int colon = username.indexOf(':');
        String head = colon < 0 ? username : username.substring(0, colon);
        int semicolon = head.indexOf(';');
        long expiry = number(semicolon < 0 ? head : head.substring(0, semicolon));
        long generation = semicolon < 0 ? 0 : number(head.substring(semicolon + 1));
        if (expiry < 0 || generation < 0 || (semicolon >= 0 && colon < 0)) {
            return null;
        }
        return new TimeLimited(
                Instant.ofEpochSecond(expiry), generation, colon < 0 ? "" : username.substring(colon + 1));
    }

    /** The number that these digits are; negative when they are none, or too many. */
    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + (digit - '0');
        }
        return number;
    }

    /** As it goes into USERNAME. */
    public String username() {
        return expiry.getEpochSecond() + (generation == 0 ? "" : ";" + generation) + ":" + name;
    }

    /** The password that follows from {@code secret}. */
    static String password(String secret, String username) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java runtime lacks HmacSHA1", missing);
        }
    }
}
