package org.trestle.cluster.transport;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;

/**
 * Believes certificates that the cluster's own authority issued directly, for this end of TLS, for now, and that name
 * exactly one node. The machine's trust store and host names play no part.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    private final List<X509Certificate> authorities;
    private final Supplier<Instant> now;

    PeerTrust(List<X509Certificate> authorities, Supplier<Instant> now) {
        this.authorities = List.copyOf(authorities);
        this.now = now;
    }

    /** The node that {@code certificate} makes its holder, as a server or as a client. */
    NodeId node(X509Certificate certificate, boolean asServer) throws CertificateException {
        Date date = Date.from(now.get());
        certificate.checkValidity(date);
        if (certificate.getBasicConstraints() >= 0) {
            throw new CertificateException("the certificate is an authority's, not a node's");
        }
        List<String> purposes = certificate.getExtendedKeyUsage();
        if (purposes == null || !purposes.contains(asServer ? SERVER : CLIENT)) {
            throw new CertificateException("the certificate is not for a " + (asServer ? "server" : "client"));
        }
        issuer(certificate).checkValidity(date);
        return NodeName.of(certificate);
    }

    private X509Certificate issuer(X509Certificate certificate) throws CertificateException {
        for (X509Certificate authority : authorities) {
            if (authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
                try {
                    certificate.verify(authority.getPublicKey());
                    return authority;
                } catch (GeneralSecurityException forged) {
                    throw new CertificateException("the certificate's signature is not the authority's", forged);
                }
            }
        }
        throw new CertificateException("the certificate is not from this cluster's authority");
    }

    private void check(X509Certificate @Nullable [] chain, boolean asServer) throws CertificateException {
        if (chain == null || chain.length == 0) {
            throw new CertificateException("no certificate");
        }
        node(chain[0], asServer);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, false);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, false);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, false);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, true);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }
}
