package org.trestle.cluster.pki;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An open invitation as the cluster remembers it.
 *
 * @param id which invitation: 12 hexadecimal digits, the same as in its token
 * @param digest SHA-256 of the token's secret, in hexadecimal; the secret itself is not kept
 * @param expires after this instant nobody joins with it
 */
public record StoredInvite(String id, String digest, Instant expires) {
    private static final byte[] CONTEXT = "trestle invitation 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROOF_CONTEXT = "trestle join 1\n".getBytes(StandardCharsets.US_ASCII);

    public StoredInvite {
        if (id.isEmpty() || digest.length() != 64) {
            throw new IllegalArgumentException("not a stored invitation: \"" + id + "\"");
        }
    }

    /** Whether {@code proof} was made with this invitation's token for exactly this question and connection. */
    public boolean accepts(byte[] proof, byte[] request, byte[] binding, Instant now) {
        byte[] expected = proof(HexFormat.of().parseHex(digest), request, binding);
        return MessageDigest.isEqual(expected, proof) && now.isBefore(expires);
    }

    static byte[] digest(byte[] secret) {
        MessageDigest sha = Fingerprint.sha256();
        sha.update(CONTEXT);
        return sha.digest(secret);
    }

    static byte[] proof(byte[] key, byte[] request, byte[] binding) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(PROOF_CONTEXT);
            mac.update(ByteBuffer.allocate(4).putInt(binding.length).array());
            mac.update(binding);
            return mac.doFinal(request);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "StoredInvite[" + id + ", expires=" + expires + "]";
    }
}
