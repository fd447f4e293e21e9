package org.trestle.cluster.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What one end of a TLS connection shows.
 *
 * @param key the private key of the first certificate
 * @param chain the end's own certificate, then its issuers
 */
public record TlsCredential(PrivateKey key, List<X509Certificate> chain) {

    public TlsCredential {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate to show");
        }
    }

    X509ExtendedKeyManager keys() {
        return new Keys(this);
    }

    @Override
    public String toString() {
        return "TlsCredential[" + chain.get(0).getSubjectX500Principal().getName() + "]";
    }

    /** Always shows the one credential, whatever names the other side suggests. */
    private static final class Keys extends X509ExtendedKeyManager {
        private static final String ALIAS = "node";
        private final TlsCredential credential;

        Keys(TlsCredential credential) {
            this.credential = credential;
        }

        private @Nullable String alias(@Nullable String... types) {
            for (String type : types) {
                if (credential.key.getAlgorithm().equals(type)) {
                    return ALIAS;
                }
            }
            return null;
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(types);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(type);
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(types);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(type);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return credential.chain.toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return credential.key;
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return alias(type) == null ? null : new String[] {ALIAS};
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return alias(type) == null ? null : new String[] {ALIAS};
        }
    }
}
