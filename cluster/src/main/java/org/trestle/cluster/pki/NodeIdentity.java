package org.trestle.cluster.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.transport.NodeName;
import org.trestle.cluster.transport.TransportIdentity;

/**
 * Who this node is: its id, its key, the certificate that binds the two, and the authority that issued it. On disk it
 * is four files of one directory: {@code node.id}, {@code node.key}, {@code node.crt} and {@code ca.crt}.
 */
public final class NodeIdentity implements TransportIdentity {
    private static final String ID = "node.id";
    private static final String KEY = "node.key";
    private static final String CERTIFICATE = "node.crt";
    private static final String AUTHORITIES = "ca.crt";
    private static final String CURE = "restore it from a backup of this node, or move the directory away and run"
            + " \"xmpp cluster join\" again, which gives the node a new identity";

    private final NodeId node;
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final List<X509Certificate> authorities;

    private NodeIdentity(NodeId node, PrivateKey key, X509Certificate certificate, List<X509Certificate> authorities) {
        this.node = node;
        this.key = key;
        this.certificate = certificate;
        this.authorities = List.copyOf(authorities);
    }

    /** A new key for {@code node}, certified by {@code ca}. */
    public static NodeIdentity create(NodeId node, ClusterCa ca, Instant now) {
        NodeKey key = NodeKey.create(node);
        return new NodeIdentity(
                node, key.privateKey(), ca.issue(node, key.publicKey(), now), List.of(ca.certificate()));
    }

    /** Fails, in words, when the parts do not belong together. */
    static NodeIdentity of(NodeId node, PrivateKey key, X509Certificate certificate, List<X509Certificate> authorities)
            throws IOException {
        NodeIdentity identity = new NodeIdentity(node, key, certificate, authorities);
        String wrong = identity.contradiction("the key", "the certificate", "the cluster's authority", "the node's id");
        if (!wrong.isEmpty()) {
            throw new IOException(wrong);
        }
        return identity;
    }

    /** Whether {@code directory} holds a complete identity: {@link #save} writes the id last. */
    public static boolean present(Path directory) {
        return Files.exists(directory.resolve(ID));
    }

    /** Reads an identity; a missing, unreadable or foreign file is named, with what to do about it. */
    public static NodeIdentity load(Path directory) throws IOException {
        Path idFile = directory.resolve(ID);
        Path keyFile = directory.resolve(KEY);
        Path certificateFile = directory.resolve(CERTIFICATE);
        Path authoritiesFile = directory.resolve(AUTHORITIES);
        NodeId node = nodeId(idFile);
        PrivateKey key = Pem.ecKey(KeyFiles.read(keyFile, CURE), keyFile.toString());
        X509Certificate certificate = Pem.certificates(KeyFiles.read(certificateFile, CURE), certificateFile.toString())
                .get(0);
        List<X509Certificate> authorities =
                Pem.certificates(KeyFiles.read(authoritiesFile, CURE), authoritiesFile.toString());
        NodeIdentity identity = new NodeIdentity(node, key, certificate, authorities);
        String wrong = identity.contradiction(
                keyFile.toString(), certificateFile.toString(), authoritiesFile.toString(), idFile.toString());
        if (!wrong.isEmpty()) {
            throw new IOException(wrong + ": " + CURE);
        }
        return identity;
    }

    private static NodeId nodeId(Path file) throws IOException {
        String text = KeyFiles.read(file, CURE).strip();
        try {
            return new NodeId(text);
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + " does not hold a node id (16 hexadecimal digits): " + CURE, malformed);
        }
    }

    /**
     * Writes the four files, readable by their owner only. When another identity lies there, its id is removed first
     * and the new id is written last, so that a crash in between leaves no identity rather than a mixed one.
     */
    public void save(Path directory) throws IOException {
        KeyFiles.directory(directory);
        if (!keepsKeyOf(directory)) {
            KeyFiles.delete(directory.resolve(ID));
            KeyFiles.write(directory.resolve(KEY), Pem.encode(Pem.object(key)));
        }
        KeyFiles.write(directory.resolve(AUTHORITIES), authoritiesPem());
        KeyFiles.write(directory.resolve(CERTIFICATE), Pem.encode(Pem.object(certificate)));
        KeyFiles.write(directory.resolve(ID), node.value() + "\n");
    }

    private boolean keepsKeyOf(Path directory) {
        try {
            return present(directory)
                    && nodeId(directory.resolve(ID)).equals(node)
                    && Pem.ecKey(KeyFiles.read(directory.resolve(KEY), CURE), KEY)
                            .equals(key);
        } catch (IOException unreadable) {
            return false; // whatever lies there is replaced as a whole
        }
    }

    private String authoritiesPem() {
        return Pem.encode(authorities.stream().map(Pem::object).toArray(PemObject[]::new));
    }

    private String contradiction(String keyName, String certificateName, String authorityName, String idName) {
        if (!Certificates.belong(key, certificate)) {
            return keyName + " is not the key of " + certificateName;
        }
        try {
            NodeId named = NodeName.of(certificate);
            if (!node.equals(named)) {
                return certificateName + " is the certificate of node " + named + ", but " + idName + " says " + node;
            }
        } catch (CertificateException nameless) {
            return certificateName + " is not the certificate of a node: " + nameless.getMessage();
        }
        if (authorities.stream().noneMatch(authority -> Certificates.issued(authority, certificate))) {
            return certificateName + " was not issued by " + authorityName;
        }
        return "";
    }

    @Override
    public NodeId node() {
        return node;
    }

    @Override
    public PrivateKey key() {
        return key;
    }

    @Override
    public X509Certificate certificate() {
        return certificate;
    }

    @Override
    public List<X509Certificate> authorities() {
        return authorities;
    }

    @Override
    public String toString() {
        return "NodeIdentity[" + node + "]";
    }
}
