package org.trestle.turn.net;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.trestle.turn.stun.TransportAddress;

/** How TLS (1.2 and 1.3) and DTLS (1.2) are spoken with clients. To change certificates, give the relay a new one. */
public final class TurnTls {

    /** The application protocol name of TURN (RFC 7443); clients that offer none are taken too. */
    public static final String ALPN_TURN = "stun.turn";

    /** The application protocol name of STUN without TURN (RFC 7443). */
    public static final String ALPN_STUN = "stun.nat-discovery";

    /**
     * Contexts for DTLS, a power of two. A cookie is good for one of them, and the client's address chooses which: so a
     * cookie that was given to one address is good for one of so many others, and nobody knows for which.
     */
    private static final int DTLS_CONTEXTS = 32;

    private final SslContext tls;
    private final SSLContext[] dtls;
    private final long secret = new SecureRandom().nextLong();

    private TurnTls(SslContext tls, SSLContext[] dtls) {
        this.tls = tls;
        this.dtls = dtls;
    }

    /**
     * With a key manager that chooses the certificate for each handshake, by the name that the client asks for (SNI).
     *
     * @throws GeneralSecurityException if this Java has no DTLS, or the keys cannot be used
     */
    public static TurnTls of(KeyManager keys) throws GeneralSecurityException, SSLException {
        SslContext tls = streams(keys);
        SSLContext[] dtls = new SSLContext[DTLS_CONTEXTS];
        for (int i = 0; i < DTLS_CONTEXTS; i++) {
            dtls[i] = SSLContext.getInstance("DTLSv1.2");
            dtls[i].init(new KeyManager[] {keys}, null, null);
        }
        return new TurnTls(tls, dtls);
    }

    /** TLS alone, for a port that the relay shares with others: see {@link RelayServer#adopt}. */
    public static SslContext streams(KeyManager keys) throws SSLException {
        return SslContextBuilder.forServer(keys)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ALPN_TURN,
                        ALPN_STUN))
                .build();
    }

    SslContext tls() {
        return tls;
    }

    /** The context of a client. */
    SSLContext dtls(TransportAddress client) {
        long mixed = (client.low() ^ secret) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 29) ^ client.high() ^ client.port()) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 32) ^ secret) * 0x94d049bb133111ebL;
        return dtls[(int) (mixed >>> 40) & (DTLS_CONTEXTS - 1)];
    }
}
