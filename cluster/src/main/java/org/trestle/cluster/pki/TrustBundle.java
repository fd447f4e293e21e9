package org.trestle.cluster.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * The certificates of nodes that trust each other before they are one cluster: the holder of the private key of any of
 * them may join without a token, and be joined. One certificate that all nodes share is fine too. It is the very
 * certificate that counts, not its issuer, its name or its dates.
 */
public final class TrustBundle {
    /** More certificates than this are a bundle of the wrong kind, such as a browser's. */
    public static final int MOST = 64;

    private final Map<String, X509Certificate> byFingerprint;

    private TrustBundle(Map<String, X509Certificate> byFingerprint) {
        this.byFingerprint = byFingerprint;
    }

    /** Reads PEM; what is not a certificate in it is refused when it is a private key, and skipped otherwise. */
    public static TrustBundle parse(String pem) throws IOException {
        String what = "the trust bundle";
        if (pem.length() > KeyFiles.LONGEST) {
            throw new IOException(what + " is longer than " + KeyFiles.LONGEST + " bytes");
        }
        for (PemObject object : Pem.decode(pem, what)) {
            if (object.getType().endsWith(Pem.PRIVATE_KEY)) {
                throw new IOException(what + " holds a private key, which nobody else may see: put only the"
                        + " certificates of the nodes into it");
            }
        }
        Map<String, X509Certificate> found = new LinkedHashMap<>();
        for (X509Certificate certificate : Pem.certificates(pem, what)) {
            found.putIfAbsent(Fingerprint.of(certificate), certificate);
        }
        if (found.size() > MOST) {
            throw new IOException(what + " holds " + found.size() + " certificates; the most is " + MOST
                    + ": put the certificates of the nodes into it, and no authorities");
        }
        return new TrustBundle(found);
    }

    /** Whether the bundle holds exactly this certificate. */
    public boolean contains(X509Certificate certificate) {
        return byFingerprint.containsKey(Fingerprint.of(certificate));
    }

    public Set<String> fingerprints() {
        return Set.copyOf(byFingerprint.keySet());
    }

    /** In the order of the bundle, each once. */
    public List<X509Certificate> certificates() {
        return List.copyOf(byFingerprint.values());
    }

    /** The certificates as PEM. */
    public byte[] encode() {
        return Pem.encode(byFingerprint.values().stream().map(Pem::object).toArray(PemObject[]::new))
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "TrustBundle[" + byFingerprint.size() + " certificates]";
    }
}
