package org.trestle.turn.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a relay listens and where its relayed addresses are.
 *
 * @param listeners ports for clients
 * @param relayIpv4 the local address of relayed IPv4 addresses; null if there are none
 * @param relayIpv6 the same for IPv6
 * @param loops event loops, each with its own listeners and allocations; usually one for each processor core
 * @param socketBuffer of the kernel for each UDP socket and direction, in bytes; 0 for its default
 * @param icmp whether clients are told of ICMP errors about what they have sent, where this machine can read them
 * @param limits of clients' connections
 * @param proxies addresses that must begin their TCP and TLS connections with a PROXY protocol version 2 header
 */
public record NetSettings(
        List<Listener> listeners,
        @Nullable InetAddress relayIpv4,
        @Nullable InetAddress relayIpv6,
        int loops,
        int socketBuffer,
        boolean icmp,
        NetLimits limits,
        Predicate<InetAddress> proxies) {

    /** What the kernel is asked for; it gives at most what {@code net.core.rmem_max} allows. */
    public static final int DEFAULT_SOCKET_BUFFER = 4 << 20;

    public NetSettings {
        listeners = List.copyOf(listeners);
        if (loops < 1 || loops > 256) {
            throw new IllegalArgumentException("a relay has 1 to 256 loops, not " + loops);
        }
    }

    /**
     * A port for clients. On a UDP port DTLS is understood too, on a TCP port TLS: the first bytes tell.
     *
     * @param address to listen on; port 0 for any free one
     */
    public record Listener(Kind kind, InetSocketAddress address) {}

    /** What a port is for. */
    public enum Kind {
        UDP,
        TCP
    }
}
