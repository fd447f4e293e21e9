package org.trestle.xmpp.stream;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What TLS and the socket say about a connection. */
final class EndPoint {
    private EndPoint() {}

    static InetSocketAddress of(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet
                ? internet
                : InetSocketAddress.createUnresolved("local", 0);
    }

    static boolean isSecured(ChannelPipeline pipeline) {
        return pipeline.get(SslHandler.class) != null;
    }

    /** The channel binding {@code tls-server-end-point} (RFC 5929 4.1), or null when the connection has none. */
    static byte @Nullable [] channelBinding(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        Certificate[] own = tls == null ? null : tls.engine().getSession().getLocalCertificates();
        if (own == null || own.length == 0 || !(own[0] instanceof X509Certificate certificate)) {
            return null;
        }
        String hash = hash(certificate.getSigAlgName().toUpperCase(Locale.ROOT));
        try {
            return hash == null ? null : MessageDigest.getInstance(hash).digest(certificate.getEncoded());
        } catch (NoSuchAlgorithmException | CertificateEncodingException unusual) {
            return null;
        }
    }

    /** The hash of the certificate's signature; SHA-256 in place of MD5 and SHA-1; null when it has none of its own. */
    private static @Nullable String hash(String signature) {
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
