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
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/** How TLS (1.2 and 1.3) and DTLS (1.2) are spoken with clients. To change certificates, give the relay a new one. */
public final class TurnTls {

    /** The application protocol name of TURN (RFC 7443); clients that offer none are taken too. */
    public static final String ALPN_TURN = "stun.turn";

    /** The application protocol name of STUN without TURN (RFC 7443). */
    public static final String ALPN_STUN = "stun.nat-discovery";

    /**
     * Contexts for DTLS, a power of two. A cookie is good for one of them, and the client's address chooses which: so a
     * cookie that was given to one address is good for one of so many others, and nobody knows for which. All of them
     * together must cost more to try than what an address that was forged then gets: some kilobytes, sent a few times.
     * Each is made when it is first needed.
     */
    static final int DTLS_CONTEXTS = 1_024;

    /** Of one context for DTLS, and of TLS: what is kept so that clients can come again with less work. */
    private static final int DTLS_SESSIONS = 1;

    private static final int TLS_SESSIONS = 4_096;

    private final SslContext tls;
    private final KeyManager keys;
    private final AtomicReferenceArray<@Nullable SSLContext> dtls = new AtomicReferenceArray<>(DTLS_CONTEXTS);
    private final long secret = new SecureRandom().nextLong();

    private TurnTls(SslContext tls, KeyManager keys) {
        this.tls = tls;
        this.keys = keys;
    }

    /**
     * With a key manager that chooses the certificate for each handshake, by the name that the client asks for (SNI).
     *
     * @throws GeneralSecurityException if this Java has no DTLS, or the keys cannot be used
     */
    public static TurnTls of(KeyManager keys) throws GeneralSecurityException, SSLException {
        TurnTls made = new TurnTls(streams(keys), keys);
        made.dtls.set(0, context(keys));
        return made;
    }

    private static SSLContext context(KeyManager keys) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("DTLSv1.2");
        context.init(new KeyManager[] {keys}, new TrustManager[0], null);
        context.getServerSessionContext().setSessionCacheSize(DTLS_SESSIONS);
        return context;
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
                .sessionCacheSize(TLS_SESSIONS)
                .build();
    }

    SslContext tls() {
        return tls;
    }

    /** The context of a client. Any thread. */
    SSLContext dtls(TransportAddress client) throws SSLException {
        int index = index(client);
        SSLContext known = dtls.get(index);
        if (known != null) {
            return known;
        }
        try {
            SSLContext made = context(keys);
            SSLContext other = dtls.compareAndExchange(index, null, made);
            return other == null ? made : other;
        } catch (GeneralSecurityException unusable) {
            throw new SSLException("no context for DTLS could be made", unusable);
        }
    }

    private int index(TransportAddress client) {
        long mixed = (client.low() ^ secret) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 29) ^ client.high() ^ client.port()) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 32) ^ secret) * 0x94d049bb133111ebL;
        return (int) (mixed >>> 40) & (DTLS_CONTEXTS - 1);
    }
}
