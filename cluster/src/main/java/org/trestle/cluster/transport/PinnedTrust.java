package org.trestle.cluster.transport;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Believes a chain by one look at it; issuers and dates play no part unless the look says so. */
final class PinnedTrust extends X509ExtendedTrustManager {

    /** Looks at the other side's certificate and what it sent along. */
    interface Look {
        void at(List<X509Certificate> chain) throws CertificateException;
    }

    private final Look look;

    PinnedTrust(Look look) {
        this.look = look;
    }

    /** Believes exactly the certificates that {@code trusted} knows. */
    static PinnedTrust of(Predicate<X509Certificate> trusted) {
        return new PinnedTrust(chain -> {
            if (!trusted.test(chain.get(0))) {
                throw new CertificateException("the certificate is not in the trust bundle");
            }
        });
    }

    private void check(X509Certificate @Nullable [] chain) throws CertificateException {
        if (chain == null || chain.length == 0) {
            throw new CertificateException("no certificate");
        }
        look.at(List.of(chain));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
