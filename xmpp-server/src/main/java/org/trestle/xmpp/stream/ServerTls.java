package org.trestle.xmpp.stream;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;

/** How TLS is spoken on the ports of clients and components (RFC 7590): 1.2 and 1.3 only, by the JDK's own engine. */
public final class ServerTls {
    private static final String ALPN_CLIENT = "xmpp-client";

    private ServerTls() {}

    /** For clients: those that negotiate an application protocol must want {@code xmpp-client} (XEP-0368). */
    public static SslContext forClients(PrivateKey key, X509Certificate... chain) throws SSLException {
        return forClients(SslContextBuilder.forServer(key, chain));
    }

    /** For clients, with a key manager that chooses the certificate for each handshake. */
    public static SslContext forClients(KeyManager keys) throws SSLException {
        return forClients(SslContextBuilder.forServer(keys));
    }

    private static SslContext forClients(SslContextBuilder builder) throws SSLException {
        return common(builder)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.FATAL_ALERT,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ALPN_CLIENT))
                .build();
    }

    /** For components, which negotiate no application protocol. */
    public static SslContext forComponents(PrivateKey key, X509Certificate... chain) throws SSLException {
        return common(SslContextBuilder.forServer(key, chain)).build();
    }

    /** For components, with a key manager that chooses the certificate for each handshake. */
    public static SslContext forComponents(KeyManager keys) throws SSLException {
        return common(SslContextBuilder.forServer(keys)).build();
    }

    private static SslContextBuilder common(SslContextBuilder builder) {
        return builder.sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2");
    }
}
