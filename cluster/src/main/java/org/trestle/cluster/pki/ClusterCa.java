package org.trestle.cluster.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.trestle.cluster.api.NodeId;

/**
 * The authority that makes a machine a node of this cluster, and of no other. Its key lies in the replicated state, so
 * that every member can let others in. Certificates name a node by its id, never by an address: a node that moves keeps
 * its certificate.
 */
public final class ClusterCa {
    private final PrivateKey key;
    private final X509Certificate certificate;

    private ClusterCa(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** A new authority, valid for twenty years from {@code now}. */
    public static ClusterCa create(Instant now) {
        KeyPair keys = Certificates.keyPair();
        // A name of its own: two authorities with one name would be confused by whatever looks issuers up by name.
        byte[] digest = Fingerprint.sha256().digest(keys.getPublic().getEncoded());
        String name = "Trestle cluster " + HexFormat.of().formatHex(digest, 0, 6);
        return new ClusterCa(keys.getPrivate(), Certificates.authority(keys, name, now));
    }

    /** Reads what {@link #encode} wrote; fails when the key and the certificate do not belong together. */
    public static ClusterCa decode(byte[] pem) throws IOException {
        String what = "the cluster's authority";
        PrivateKey key = Pem.ecKey(Pem.text(pem), what);
        X509Certificate certificate = Pem.certificates(Pem.text(pem), what).get(0);
        if (!Certificates.belong(key, certificate)) {
            throw new IOException("the key and the certificate of the cluster's authority do not belong together");
        }
        return new ClusterCa(key, certificate);
    }

    /** Private key and certificate as PEM: a secret of the whole cluster. */
    public byte[] encode() {
        return Pem.encode(Pem.object(key), Pem.object(certificate)).getBytes(StandardCharsets.US_ASCII);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The certificate alone, as PEM: what a joining node stores and believes. */
    public byte[] certificatePem() {
        return Pem.encode(Pem.object(certificate)).getBytes(StandardCharsets.US_ASCII);
    }

    /** {@link Fingerprint} of the certificate. */
    public String fingerprint() {
        return Fingerprint.of(certificate);
    }

    /** Makes the holder of {@code publicKey} the node {@code node} for ten years. */
    public X509Certificate issue(NodeId node, PublicKey publicKey, Instant now) {
        return Certificates.node(certificate, key, node, publicKey, now);
    }

    /**
     * Makes the sender of {@code request} the node {@code node}; the result is PEM. Of the request (PKCS #10, PEM, see
     * {@link NodeKey#request}) only the key is used, after the proof that the sender has its private half.
     */
    public byte[] issue(NodeId node, byte[] request, Instant now) throws IOException {
        PublicKey asked = provenKey(Pem.one(Pem.text(request), Pem.REQUEST, "the certificate request"));
        return Pem.encode(Pem.object(issue(node, asked, now))).getBytes(StandardCharsets.US_ASCII);
    }

    private static PublicKey provenKey(byte[] request) throws IOException {
        PublicKey asked;
        boolean proven;
        try {
            JcaPKCS10CertificationRequest decoded = new JcaPKCS10CertificationRequest(request);
            asked = decoded.getPublicKey();
            proven = decoded.isSignatureValid(new JcaContentVerifierProviderBuilder().build(asked));
        } catch (IOException // and unchecked: the decoder throws half a dozen kinds at malformed input
                | OperatorCreationException
                | PKCSException
                | GeneralSecurityException
                | RuntimeException malformed) {
            throw new IOException("the certificate request cannot be read: " + malformed.getMessage(), malformed);
        }
        if (!"EC".equals(asked.getAlgorithm())) {
            throw new IOException("the certificate request has a key of kind " + asked.getAlgorithm() + ", not EC");
        }
        if (!proven) {
            throw new IOException("the certificate request is not signed with its own key");
        }
        return asked;
    }

    @Override
    public String toString() {
        return "ClusterCa[" + fingerprint() + "]";
    }
}
