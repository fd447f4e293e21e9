package org.trestle.xmpp.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.net.IDN;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.auth.scram.ChannelBindings;

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

    /** The channel as SASL sees it; TLS, when there is any, is complete. */
    static SaslChannel sasl(Channel channel, InetSocketAddress peer, boolean plainAllowed) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return new SaslChannel(false, plainAllowed, ChannelBindings.NONE, List.of(), peer.getAddress());
        }
        SSLSession session = tls.engine().getSession();
        return new SaslChannel(true, plainAllowed, new TlsBindings(session), certificates(session), peer.getAddress());
    }

    /**
     * The domain that TLS was begun for: what the client asked for by name (RFC 6066 3), else what its stream header said
     * before; null when it said neither, or there is no TLS.
     */
    static @Nullable String serverName(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        if (tls == null) {
            return null;
        }
        if (tls.engine().getSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName asked) {
                    return ClientHeader.domain(IDN.toUnicode(asked.getAsciiName()));
                }
            }
        }
        return tls.engine().getPeerHost();
    }

    private static List<X509Certificate> certificates(SSLSession session) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate each : session.getPeerCertificates()) {
                if (each instanceof X509Certificate certificate) {
                    found.add(certificate);
                }
            }
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
        return found;
    }
}
