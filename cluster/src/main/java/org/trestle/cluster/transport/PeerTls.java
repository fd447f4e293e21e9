package org.trestle.cluster.transport;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;

/** Mutual TLS 1.3 between nodes with one identity; replaced as a whole when the identity changes. */
final class PeerTls {
    private final TransportIdentity identity;
    private final PeerTrust trust;
    private final TlsCredential credential;
    private final SSLContext context;
    private final SSLContext invited;

    PeerTls(TransportIdentity identity, Supplier<Instant> now) {
        this.identity = identity;
        this.trust = new PeerTrust(identity.authorities(), now);
        // The authority goes along: a guest that knows only its fingerprint checks the rest with it.
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(identity.certificate());
        for (X509Certificate authority : identity.authorities()) {
            if (authority
                    .getSubjectX500Principal()
                    .equals(identity.certificate().getIssuerX500Principal())) {
                chain.add(authority);
            }
        }
        this.credential = new TlsCredential(identity.key(), chain);
        this.context = context(credential, trust);
        this.invited = context(credential, PinnedTrust.of(nobody -> false));
    }

    static SSLContext context(@Nullable TlsCredential credential, X509ExtendedTrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            KeyManager[] keys = credential == null ? new KeyManager[0] : new KeyManager[] {credential.keys()};
            context.init(keys, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java from 11 on has TLS 1.3", impossible);
        }
    }

    TransportIdentity identity() {
        return identity;
    }

    TlsCredential credential() {
        return credential;
    }

    /** For a connection that this node dials. Without a host, so that Java keeps no session to resume. */
    SSLEngine client() {
        return engine(context, true);
    }

    /** For a connection that this node accepts: without a certificate of the cluster the handshake fails. */
    SSLEngine server() {
        SSLEngine engine = engine(context, false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    /** Shows this node's certificate and asks for none. */
    SSLContext forInvited() {
        return invited;
    }

    /** What ties a proof to the server that showed {@code certificate}. */
    static byte[] binding(X509Certificate certificate) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    static SSLEngine engine(SSLContext context, boolean client) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        return engine;
    }

    /** Who is at the other end, after the handshake. */
    NodeId peer(SSLSession session, boolean isServer) throws CertificateException {
        return trust.node(certificate(session), isServer);
    }

    static X509Certificate certificate(SSLSession session) throws CertificateException {
        try {
            if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return certificate;
            }
            throw new CertificateException("the certificate is not X.509");
        } catch (SSLPeerUnverifiedException none) {
            throw new CertificateException("no certificate", none);
        }
    }
}
