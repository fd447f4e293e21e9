package org.trestle.turn.net;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** How TLS (1.2 and 1.3) and DTLS (1.2) are spoken with clients. To change certificates, give the relay a new one. */
public final class TurnTls {

    /** The application protocol names of RFC 7443; clients that offer none are taken too. */
    public static final String ALPN_TURN = "stun.turn";

    private static final String ALPN_STUN = "stun.nat-discovery";

    private final SslContext tls;
    private final SSLContext dtls;

    private TurnTls(SslContext tls, SSLContext dtls) {
        this.tls = tls;
        this.dtls = dtls;
    }

    /**
     * With a key manager that chooses the certificate for each handshake, by the name that the client asks for (SNI).
     *
     * @throws GeneralSecurityException if this Java has no DTLS, or the keys cannot be used
     */
    public static TurnTls of(KeyManager keys) throws GeneralSecurityException, SSLException {
        SslContext tls = SslContextBuilder.forServer(keys)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ALPN_TURN,
                        ALPN_STUN))
                .build();
        SSLContext dtls = SSLContext.getInstance("DTLSv1.2");
        dtls.init(new KeyManager[] {keys}, null, null);
        return new TurnTls(tls, dtls);
    }

    SslContext tls() {
        return tls;
    }

    SSLContext dtls() {
        return dtls;
    }
}
