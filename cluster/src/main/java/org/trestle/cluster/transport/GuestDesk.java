package org.trestle.cluster.transport;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.time.Timers;

/** Lets guests in: only while the policy says so, few at a time, few a minute. Thread-safe. */
final class GuestDesk {
    private static final long MINUTE = 60_000_000_000L;

    private final Object lock = new Object();
    private final Timers timers;
    private final TransportLimits limits;
    private final Map<String, BiFunction<Guest, byte[], CompletionStage<byte[]>>> handlers = new ConcurrentHashMap<>();
    private volatile GuestPolicy policy = GuestPolicy.CLOSED;
    private int present;
    private int thisMinute;
    private long minuteBegan;

    GuestDesk(Timers timers, TransportLimits limits) {
        this.timers = timers;
        this.limits = limits;
        this.minuteBegan = timers.nanos();
    }

    void policy(GuestPolicy next) {
        policy = next;
    }

    void handle(String subject, BiFunction<Guest, byte[], CompletionStage<byte[]>> handler) {
        handlers.put(subject, handler);
    }

    @Nullable
    BiFunction<Guest, byte[], CompletionStage<byte[]>> handler(String subject) {
        return handlers.get(subject);
    }

    /** The handshake for a guest of this kind; null when none is let in now. */
    @Nullable
    SSLEngine engine(GuestKind kind, PeerTls tls) {
        GuestPolicy now = policy;
        if (kind == GuestKind.INVITED) {
            return now.open() ? PeerTls.engine(tls.forInvited(), false) : null;
        }
        TlsCredential own = now.credential();
        if (own == null) {
            return null;
        }
        SSLEngine engine = PeerTls.engine(PeerTls.context(own, PinnedTrust.of(now::trusted)), false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    /** What this node shows to a guest of this kind; null when the policy changed in between. */
    @Nullable
    X509Certificate shown(GuestKind kind, PeerTls tls) {
        TlsCredential own = kind == GuestKind.INVITED ? tls.credential() : policy.credential();
        return own == null ? null : own.chain().get(0);
    }

    /** Checked again after the handshake. */
    void check(X509Certificate certificate) throws CertificateException {
        if (!policy.trusted(certificate)) {
            throw new CertificateException("the certificate is not in the trust bundle");
        }
    }

    boolean enter() {
        synchronized (lock) {
            long now = timers.nanos();
            if (now - minuteBegan >= MINUTE) {
                minuteBegan = now;
                thisMinute = 0;
            }
            if (present >= limits.guests() || thisMinute >= limits.guestsPerMinute()) {
                return false;
            }
            present++;
            thisMinute++;
            return true;
        }
    }

    void leave() {
        synchronized (lock) {
            present--;
        }
    }
}
