package org.trestle.xmpp.stream;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;

/** How TLS is spoken on the ports of clients and components (RFC 7590): 1.2 and 1.3 only. */
public final class ServerTls {
    /** The application protocol name of clients (XEP-0368). */
    public static final String ALPN_CLIENT = "xmpp-client";

    private ServerTls() {}

    /** Who does the work. */
    public enum Provider {
        /**
         * The JDK where it gives out key material ({@code tls-exporter}, from 25 on), which BoringSSL does not through this
         * library; else BoringSSL where it loads, because its handshakes cost half; else the JDK.
         */
        AUTO,
        /** BoringSSL; it is an error when its library does not load. */
        OPENSSL,
        /** The JDK's own engine. */
        JDK;

        /** In words for the log. */
        public String words() throws SSLException {
            return chosen() == SslProvider.JDK ? "the JDK's TLS" : OpenSsl.versionString();
        }

        SslProvider chosen() throws SSLException {
            if (this == OPENSSL && !OpenSsl.isAvailable()) {
                throw new SSLException(
                        "the library of BoringSSL does not load on this machine", OpenSsl.unavailabilityCause());
            }
            boolean wanted = this == OPENSSL || (this == AUTO && !TlsExporter.available());
            return wanted && OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
        }
    }

    /**
     * For clients: those that negotiate an application protocol must want {@code xmpp-client} (XEP-0368).
     *
     * @param keys chooses the certificate for each handshake
     * @param authorities whose certificates clients may log in with; they are asked for one unless this is empty, and need
     *     not have any
     */
    public static SslContext forClients(
            X509ExtendedKeyManager keys, List<X509Certificate> authorities, Provider provider) throws SSLException {
        SslContextBuilder builder = common(keys, provider)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        provider.chosen() == SslProvider.JDK
                                ? SelectorFailureBehavior.FATAL_ALERT
                                : SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ALPN_CLIENT));
        if (!authorities.isEmpty()) {
            builder.clientAuth(ClientAuth.OPTIONAL).trustManager(new AskedForOnly(authorities));
        }
        return builder.build();
    }

    /** For components, which negotiate no application protocol. */
    public static SslContext forComponents(X509ExtendedKeyManager keys, Provider provider) throws SSLException {
        return common(keys, provider).build();
    }

    private static SslContextBuilder common(X509ExtendedKeyManager keys, Provider provider) throws SSLException {
        SslProvider chosen = provider.chosen();
        SslContextBuilder builder = chosen == SslProvider.JDK
                ? SslContextBuilder.forServer(keys)
                // Without the cache each handshake reads the key and the chain anew; names of keys are never used
                // again.
                : SslContextBuilder.forServer(new OpenSslCachingX509KeyManagerFactory(new OneKeyManager(keys)));
        return builder.sslProvider(chosen).protocols("TLSv1.3", "TLSv1.2");
    }
}
