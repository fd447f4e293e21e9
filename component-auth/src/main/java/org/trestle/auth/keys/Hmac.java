package org.trestle.auth.keys;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC (RFC 2104) by the name that the Java platform gives it. */
public final class Hmac {
    private Hmac() {}

    /** The HMAC of all {@code parts}, one after the other. */
    public static byte[] of(String algorithm, byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java runtime lacks " + algorithm, missing);
        }
    }
}
