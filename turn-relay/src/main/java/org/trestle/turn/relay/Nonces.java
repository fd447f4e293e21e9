package org.trestle.turn.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.trestle.turn.stun.TransportAddress;

/**
 * Nonces that need no memory (RFC 8489 section 9.2): each is the number of a time slot and a keyed hash over that slot
 * and the five-tuple, so the relay recognizes its own and how old it is. The key changes every {@link #SLOTS_PER_ERA}
 * slots. Belongs to one loop.
 */
final class Nonces {
    /** What begins a nonce that promises password algorithms (bit 0), RFC 8489 section 9.2. */
    static final String COOKIE = "obMatJos2gAAA";

    /** The same, and that a client may send USERHASH (bit 1). */
    static final String COOKIE_WITH_ANONYMITY = "obMatJos2wAAA";

    /** Characters of a nonce with cookie. */
    static final int FULL = 24;

    /** Characters of a nonce where the answer must be short. */
    static final int SHORT = 12;

    /** Characters where it must be shortest: 40 bits of hash. */
    static final int SHORTEST = 8;

    private static final int SLOTS_PER_LIFETIME = 4;
    private static final int SLOTS_PER_ERA = 64;

    private final long slotNanos;
    private final NonceSecret secret;
    private final Mac mac;
    private final Mac keyMac;
    private final byte[][] keys = new byte[2][];
    private final long[] eras = {-1, -1};
    private final ByteBuffer input = ByteBuffer.allocate(56);

    enum Verdict {
        FRESH,
        STALE
    }

    Nonces(int lifetimeSeconds, NonceSecret secret) {
        this.slotNanos = lifetimeSeconds * 1_000_000_000L / SLOTS_PER_LIFETIME;
        this.secret = secret;
        this.mac = hmac();
        this.keyMac = hmac();
        init(keyMac, secret.bytes());
    }

    /** A nonce of {@code length} characters that begins with {@code cookie}, which may be empty. */
    byte[] make(String cookie, int length, FiveTuple client, long nowNanos) {
        long slot = slot(nowNanos);
        int encoded = (length - cookie.length()) * 6 / 8;
        byte[] raw = new byte[encoded];
        raw[0] = (byte) slot;
        System.arraycopy(hash(cookie, slot, client), 0, raw, 1, encoded - 1);
        String text = cookie + Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether {@code nonce} was made here for this client and is young enough. */
    Verdict verify(byte[] nonce, FiveTuple client, long nowNanos) {
        String cookie = cookieOf(nonce);
        if (nonce.length != (cookie.isEmpty() ? SHORT : FULL) && nonce.length != SHORTEST) {
            return Verdict.STALE;
        }
        byte[] raw;
        try {
            raw = Base64.getUrlDecoder().decode(Arrays.copyOfRange(nonce, cookie.length(), nonce.length));
        } catch (IllegalArgumentException notBase64) {
            return Verdict.STALE;
        }
        long slot = slot(nowNanos);
        int age = (int) (slot - raw[0]) & 0xff;
        if (age > SLOTS_PER_LIFETIME || slot - age < 0) {
            return Verdict.STALE;
        }
        byte[] expected = Arrays.copyOf(hash(cookie, slot - age, client), raw.length - 1);
        byte[] found = Arrays.copyOfRange(raw, 1, raw.length);
        return MessageDigest.isEqual(expected, found) ? Verdict.FRESH : Verdict.STALE;
    }

    /** The cookie that {@code nonce} begins with, or nothing. */
    static String cookieOf(byte[] nonce) {
        if (nonce.length < COOKIE.length()) {
            return "";
        }
        String front = new String(nonce, 0, COOKIE.length(), StandardCharsets.ISO_8859_1);
        return front.equals(COOKIE) || front.equals(COOKIE_WITH_ANONYMITY) ? front : "";
    }

    private long slot(long nowNanos) {
        return (nowNanos - secret.startNanos()) / slotNanos;
    }

    private byte[] hash(String cookie, long slot, FiveTuple client) {
        init(mac, keyOf(slot));
        input.clear();
        TransportAddress from = client.client();
        TransportAddress to = client.server();
        input.putLong(slot).putLong(from.high()).putLong(from.low()).putLong(to.high());
        input.putLong(to.low()).putShort((short) from.port()).putShort((short) to.port());
        input.put((byte) cookie.length()).put((byte) client.transport().name().charAt(1));
        mac.update(input.array(), 0, input.position());
        mac.update(cookie.getBytes(StandardCharsets.US_ASCII));
        return mac.doFinal();
    }

    /** The key of the era of {@code slot}: eras alternate between two places, so that the last one stays at hand. */
    private byte[] keyOf(long slot) {
        long era = slot / SLOTS_PER_ERA;
        int place = (int) era & 1;
        if (eras[place] != era) {
            keyMac.update(ByteBuffer.allocate(Long.BYTES).putLong(0, era));
            keys[place] = keyMac.doFinal();
            eras[place] = era;
        }
        return keys[place];
    }

    private static Mac hmac() {
        try {
            return Mac.getInstance("HmacSHA256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }

    private static void init(Mac mac, byte[] key) {
        try {
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("HMAC takes any key", e);
        }
    }
}
