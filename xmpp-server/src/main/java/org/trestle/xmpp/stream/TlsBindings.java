package org.trestle.xmpp.stream;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.scram.ChannelBindings;

/** The channel bindings of one TLS connection; their data is made only when a client binds by it. */
final class TlsBindings implements ChannelBindings {
    static final String SERVER_END_POINT = "tls-server-end-point";

    private final SSLSession session;
    private final @Nullable X509Certificate own;
    private final List<String> types;

    TlsBindings(SSLSession session) {
        this.session = session;
        Certificate[] chain = session.getLocalCertificates();
        own = chain != null && chain.length > 0 && chain[0] instanceof X509Certificate first ? first : null;
        List<String> found = new ArrayList<>(2);
        if (TlsExporter.offeredBy(session)) {
            found.add(TlsExporter.TYPE);
        }
        if (own != null && hash(own) != null) {
            found.add(SERVER_END_POINT);
        }
        types = List.copyOf(found);
    }

    @Override
    public List<String> types() {
        return types;
    }

    @Override
    public byte @Nullable [] data(String type) {
        return switch (type) {
            case TlsExporter.TYPE -> TlsExporter.data(session);
            case SERVER_END_POINT -> serverEndPoint();
            default -> null;
        };
    }

    /** RFC 5929 4.1. */
    private byte @Nullable [] serverEndPoint() {
        String hash = own == null ? null : hash(own);
        if (own == null || hash == null) {
            return null;
        }
        try {
            return MessageDigest.getInstance(hash).digest(own.getEncoded());
        } catch (NoSuchAlgorithmException | CertificateEncodingException unusual) {
            return null;
        }
    }

    /** The hash of the certificate's signature; SHA-256 in place of MD5 and SHA-1; null when it has none of its own. */
    private static @Nullable String hash(X509Certificate certificate) {
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        int with = signature.indexOf("WITH");
        if (with < 0) {
            return null;
        }
        return switch (signature.substring(0, with)) {
            case "SHA384" -> "SHA-384";
            case "SHA512" -> "SHA-512";
            case "SHA224" -> "SHA-224";
            case "MD5", "SHA1", "SHA256" -> "SHA-256";
            default -> null;
        };
    }
}
