package org.trestle.cluster.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.transport.TransportIdentity;

/** A node's id and key before any authority has certified them: what a joining node starts with. */
public final class NodeKey {
    private final NodeId node;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private NodeKey(NodeId node, KeyPair keys) {
        this.node = node;
        this.privateKey = keys.getPrivate();
        this.publicKey = keys.getPublic();
    }

    /** A new key pair for {@code node}. */
    public static NodeKey create(NodeId node) {
        return new NodeKey(node, Certificates.keyPair());
    }

    /** The key of an identity, to be certified by another authority. */
    public static NodeKey of(TransportIdentity identity) {
        return new NodeKey(identity.node(), new KeyPair(identity.certificate().getPublicKey(), identity.key()));
    }

    public NodeId node() {
        return node;
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    PublicKey publicKey() {
        return publicKey;
    }

    /** Asks an authority for a certificate: PKCS #10 (RFC 2986) as PEM, signed with this key. */
    public byte[] request() {
        try {
            byte[] der = new JcaPKCS10CertificationRequestBuilder(Certificates.subject(node), publicKey)
                    .build(Certificates.signer(privateKey))
                    .getEncoded();
            return Pem.encode(new PemObject(Pem.REQUEST, der)).getBytes(StandardCharsets.US_ASCII);
        } catch (IOException impossible) {
            throw new UncheckedIOException("encoding in memory", impossible);
        }
    }

    /** The identity that an authority's answer makes of this key; fails when the answer is for another key or node. */
    public NodeIdentity certified(byte[] certificatePem, byte[] authoritiesPem) throws IOException {
        X509Certificate certificate = Pem.certificates(Pem.text(certificatePem), "the issued certificate")
                .get(0);
        List<X509Certificate> authorities = Pem.certificates(Pem.text(authoritiesPem), "the cluster's authority");
        return NodeIdentity.of(node, privateKey, certificate, authorities);
    }

    @Override
    public String toString() {
        return "NodeKey[" + node + "]";
    }
}
