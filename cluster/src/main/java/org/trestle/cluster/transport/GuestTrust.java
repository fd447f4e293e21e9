package org.trestle.cluster.transport;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** By what a guest recognises the cluster that it asks, and what it shows of itself. */
public sealed interface GuestTrust {

    /**
     * By the fingerprint in an invitation: the server must be a node of the cluster with this authority. The guest shows
     * no certificate.
     *
     * @param authority SHA-256 of the authority's certificate, 64 hexadecimal digits
     */
    record Invited(String authority) implements GuestTrust {
        public Invited {
            if (!authority.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("a fingerprint is 64 hexadecimal digits");
            }
        }
    }

    /**
     * By a trust bundle: the server must show a certificate of the bundle, and the guest shows its own.
     *
     * @param own the guest's certificate, which must be in the server's bundle
     * @param trusted whether the guest's bundle holds a certificate
     */
    record Trusted(TlsCredential own, Predicate<X509Certificate> trusted) implements GuestTrust {}

    /** The TLS server name of guests of this kind. */
    private GuestKind kind() {
        return this instanceof Invited ? GuestKind.INVITED : GuestKind.TRUSTED;
    }

    /** The name to ask for in the TLS hello. */
    default String serverName() {
        return kind().serverName();
    }

    /** TLS with this trust. */
    default SSLContext context(Supplier<Instant> now) {
        if (this instanceof Trusted bundle) {
            return PeerTls.context(bundle.own, PinnedTrust.of(bundle.trusted));
        }
        String authority = ((Invited) this).authority;
        return PeerTls.context(null, new PinnedTrust(chain -> checkServer(chain, authority, now)));
    }

    private static void checkServer(List<X509Certificate> chain, String authority, Supplier<Instant> now)
            throws CertificateException {
        for (X509Certificate sent : chain) {
            if (MessageDigest.isEqual(HexFormat.of().parseHex(authority), PeerTls.binding(sent))) {
                checkAuthority(sent);
                new PeerTrust(List.of(sent), now).node(chain.get(0), true);
                return;
            }
        }
        throw new CertificateException("it belongs to another cluster than the one that invited");
    }

    private static void checkAuthority(X509Certificate authority) throws CertificateException {
        try {
            authority.verify(authority.getPublicKey());
        } catch (GeneralSecurityException forged) {
            throw new CertificateException("the cluster's authority is not signed by itself", forged);
        }
        if (authority.getBasicConstraints() < 0) {
            throw new CertificateException("the invitation's authority is none");
        }
    }
}
