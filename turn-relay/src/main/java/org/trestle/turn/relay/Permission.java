package org.trestle.turn.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/** That the peers of one IP address may be spoken with, for five minutes (RFC 8656 section 9). */
final class Permission {
    static final long LIFETIME_NANOS = 300_000_000_000L;

    final long high;
    final long low;
    /** Whether the policy denies some ports of this address. */
    final boolean dependsOnPort;

    /** How many channels need this permission: as long as there is one, it is renewed here and not anew. */
    int channels;

    long expiresAt;
    private @Nullable InetSocketAddress last;

    Permission(long high, long low, boolean dependsOnPort) {
        this.high = high;
        this.low = low;
        this.dependsOnPort = dependsOnPort;
    }

    boolean isAlive(long now) {
        return expiresAt - now > 0;
    }

    void refresh(long now) {
        expiresAt = now + LIFETIME_NANOS;
    }

    /** The socket address of a port of this peer; the same object as long as the port stays the same. */
    InetSocketAddress at(int port) {
        InetSocketAddress found = last;
        if (found == null || found.getPort() != port) {
            InetAddress ip = found == null ? TransportAddress.ip(high, low) : found.getAddress();
            found = new InetSocketAddress(ip, port);
            last = found;
        }
        return found;
    }
}
