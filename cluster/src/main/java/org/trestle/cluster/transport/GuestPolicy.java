package org.trestle.cluster.transport;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Whether guests are let in, asked at each TLS hello: while neither an invitation is open nor a trust bundle installed,
 * a connection that is not a node's ends before its handshake. Called on event loops: must answer at once.
 */
public interface GuestPolicy {

    /** Lets nobody in. */
    GuestPolicy CLOSED = new GuestPolicy() {
        @Override
        public boolean open() {
            return false;
        }

        @Override
        public @Nullable TlsCredential credential() {
            return null;
        }

        @Override
        public boolean trusted(X509Certificate certificate) {
            return false;
        }
    };

    /** Whether an invitation is open, so that somebody without a certificate may come to prove it. */
    boolean open();

    /** What this node shows to a guest of the trust bundle: a certificate in that bundle; null when there is none. */
    @Nullable
    TlsCredential credential();

    /** Whether the trust bundle holds this certificate. */
    boolean trusted(X509Certificate certificate);
}
