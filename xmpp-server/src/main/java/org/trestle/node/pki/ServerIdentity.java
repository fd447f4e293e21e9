package org.trestle.node.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node shows clients and components in TLS.
 *
 * @param chain the node's certificate, then those between it and its root
 * @param keyFile how the operator names the key's file; likewise the others
 */
public record ServerIdentity(
        PrivateKey key,
        List<X509Certificate> chain,
        String keyFile,
        String certificateFile,
        @Nullable String bundleFile) {

    /** A file with its content. */
    public record Source(String name, byte[] pem) {

        /** Reads a file by its path. */
        public static Source of(Path file) throws PkiException {
            try {
                return new Source(file.toString(), Files.readAllBytes(file));
            } catch (IOException unreadable) {
                throw new PkiException(
                        file + (Files.exists(file) ? " cannot be read by this user" : ": there is no such file"),
                        unreadable);
            }
        }
    }

    public ServerIdentity {
        chain = List.copyOf(chain);
    }

    /** Puts an identity together; fails when the key is not the certificate's. */
    public static ServerIdentity of(Source key, Source certificate, @Nullable Source bundle) throws PkiException {
        PrivateKey privateKey = Pem.key(key.name(), key.pem());
        List<X509Certificate> chain = new ArrayList<>(Pem.certificates(certificate.name(), certificate.pem()));
        if (!Certificates.match(privateKey, chain.get(0).getPublicKey())) {
            throw new PkiException(
                    "the key " + key.name() + " does not belong to the certificate " + certificate.name());
        }
        if (bundle != null) {
            for (X509Certificate other : Pem.certificates(bundle.name(), bundle.pem())) {
                if (!chain.contains(other)) {
                    chain.add(other);
                }
            }
        }
        return new ServerIdentity(
                privateKey, chain, key.name(), certificate.name(), bundle == null ? null : bundle.name());
    }

    /** Whether the certificate is for this host: {@link Certificates#covers}. */
    public boolean covers(String host) {
        return Certificates.covers(chain.get(0), host);
    }

    @Override
    public String toString() {
        return "ServerIdentity[" + certificateFile + "]";
    }
}
