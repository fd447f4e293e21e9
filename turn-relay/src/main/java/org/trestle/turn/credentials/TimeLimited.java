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
 */
public record TimeLimited(Instant expiry, String name) {
    private static final int MOST_DIGITS = 12;

    /** Reads a user name; null when it is not of this kind. */
    public static @Nullable TimeLimited parse(String username) {
        int colon = username.indexOf(':');
        int digits = colon < 0 ? username.length() : colon;
        if (digits == 0 || digits > MOST_DIGITS) {
            return null;
        }
        long seconds = 0;
        for (int i = 0; i < digits; i++) {
            char digit = username.charAt(i);
            if (digit < '0' || digit > '9') {
                return null;
            }
            seconds = seconds * 10 + (digit - '0');
        }
        return new TimeLimited(Instant.ofEpochSecond(seconds), colon < 0 ? "" : username.substring(colon + 1));
    }

    /** As it goes into USERNAME. */
    public String username() {
        return expiry.getEpochSecond() + ":" + name;
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
