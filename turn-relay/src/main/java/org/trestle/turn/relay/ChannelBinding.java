package org.trestle.turn.relay;

import java.net.InetSocketAddress;

/** A channel number bound to one transport address of a peer, for ten minutes (RFC 8656 section 12). */
final class ChannelBinding {
    static final long LIFETIME_NANOS = 600_000_000_000L;

    final int number;
    final Permission permission;
    final InetSocketAddress peer;
    final RelaySocket socket;
    long expiresAt;
    /** The {@link PeerPolicy#changes} of when its peer was found good. */
    long judgedAt;

    ChannelBinding(int number, Permission permission, InetSocketAddress peer, RelaySocket socket) {
        this.number = number;
        this.permission = permission;
        this.peer = peer;
        this.socket = socket;
    }

    boolean isAlive(long now) {
        return expiresAt - now > 0;
    }

    int port() {
        return peer.getPort();
    }
}
