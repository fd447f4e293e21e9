package org.trestle.cluster.pki;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * An invitation as the operator copies it: {@code trestle-} and one word of 95 letters and digits. It proves the holder
 * to the cluster (the secret), and the cluster to the holder (the fingerprint of its authority).
 */
public final class InviteToken {
    /** What every token begins with, so that a pasted one is recognised. */
    public static final String PREFIX = "trestle-";

    private static final byte VERSION = 1;
    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 16;
    private static final int FINGERPRINT_BYTES = 32;
    private static final int CHECK_BYTES = 4;
    private static final int BODY_BYTES = 1 + ID_BYTES + SECRET_BYTES + FINGERPRINT_BYTES;
    private static final String AGAIN = "; copy the whole line again, or print a new one with \"xmpp cluster invite\"";

    private final String id;
    private final byte[] secret;
    private final String authority;

    private InviteToken(String id, byte[] secret, String authority) {
        this.id = id;
        this.secret = secret;
        this.authority = authority;
    }

    /** A new invitation to the cluster whose authority has this {@link ClusterCa#fingerprint}. */
    public static InviteToken create(String authorityFingerprint, SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        return new InviteToken(HexFormat.of().formatHex(id), secret, authorityFingerprint);
    }

    /** Reads a token, with white space around it or not; the message of the exception is for the operator. */
    public static InviteToken parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (!word.startsWith(PREFIX)) {
            throw new IllegalArgumentException("this is not an invitation: it does not begin with \"" + PREFIX
                    + "\"; print one on a member with \"xmpp cluster invite\"");
        }
        byte[] bytes = Base32.decode(word.substring(PREFIX.length()));
        if (bytes == null) {
            throw damaged("it has a character that no token has, or lacks its end");
        }
        if (bytes.length > 0 && bytes[0] != VERSION && sound(bytes)) {
            throw new IllegalArgumentException("the token was made by another release (format " + bytes[0]
                    + "); make it on a node of this release");
        }
        if (bytes.length != BODY_BYTES + CHECK_BYTES) {
            throw damaged("it is too " + (bytes.length < BODY_BYTES + CHECK_BYTES ? "short" : "long"));
        }
        if (!sound(bytes)) {
            throw damaged("a character is wrong");
        }
        ByteBuffer body = ByteBuffer.wrap(bytes, 1, BODY_BYTES - 1);
        return new InviteToken(
                HexFormat.of().formatHex(take(body, ID_BYTES)),
                take(body, SECRET_BYTES),
                HexFormat.of().formatHex(take(body, FINGERPRINT_BYTES)));
    }

    private static IllegalArgumentException damaged(String how) {
        return new IllegalArgumentException("the token is damaged: " + how + AGAIN);
    }

    private static byte[] take(ByteBuffer from, int length) {
        byte[] taken = new byte[length];
        from.get(taken);
        return taken;
    }

    private static boolean sound(byte[] bytes) {
        if (bytes.length <= CHECK_BYTES) {
            return false;
        }
        byte[] body = Arrays.copyOf(bytes, bytes.length - CHECK_BYTES);
        return MessageDigest.isEqual(check(body), Arrays.copyOfRange(bytes, body.length, bytes.length));
    }

    private static byte[] check(byte[] body) {
        return Arrays.copyOf(Fingerprint.sha256().digest(body), CHECK_BYTES);
    }

    /** Which invitation this is; not a secret. */
    public String id() {
        return id;
    }

    /** {@link Fingerprint} of the authority of the cluster that invites. */
    public String authority() {
        return authority;
    }

    /** The text for the operator: a secret until it expires. */
    public String encode() {
        byte[] body = ByteBuffer.allocate(BODY_BYTES)
                .put(VERSION)
                .put(HexFormat.of().parseHex(id))
                .put(secret)
                .put(HexFormat.of().parseHex(authority))
                .array();
        byte[] whole = Arrays.copyOf(body, BODY_BYTES + CHECK_BYTES);
        System.arraycopy(check(body), 0, whole, BODY_BYTES, CHECK_BYTES);
        return PREFIX + Base32.encode(whole);
    }

    /** What the cluster keeps of this token. */
    public StoredInvite stored(Instant expires) {
        return new StoredInvite(id, HexFormat.of().formatHex(StoredInvite.digest(secret)), expires);
    }

    /**
     * Proves that the sender of {@code request} holds this token, without showing it.
     *
     * @param request everything that the proof is for: the sender's whole question, with its certificate request
     * @param binding what ties the proof to this connection: the SHA-256 of the server's certificate
     */
    public byte[] proof(byte[] request, byte[] binding) {
        return StoredInvite.proof(StoredInvite.digest(secret), request, binding);
    }

    @Override
    public String toString() {
        return "InviteToken[" + id + "]";
    }
}
