package org.trestle.node.turn;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.node.config.TurnConfig;

/**
 * Where a relay is to be, in addresses of this machine.
 *
 * @param words where it listens, as the operator named it
 * @param listen the same as addresses
 * @param tlsPort 0 when there is none
 * @param relayIpv4 where relayed IPv4 ports are opened, or null
 * @param relayIpv6 likewise
 * @param publicAddress what clients are told instead, behind a 1:1 NAT; or null
 * @param config the rest
 */
public record RelayPlan(
        List<String> words,
        List<InetAddress> listen,
        int port,
        int tlsPort,
        @Nullable InetAddress relayIpv4,
        @Nullable InetAddress relayIpv6,
        @Nullable InetAddress publicAddress,
        TurnConfig config) {
    public RelayPlan {
        words = List.copyOf(words);
        listen = List.copyOf(listen);
    }

    /** The address that clients are told to come to. */
    public InetAddress reached() {
        if (publicAddress != null) {
            return publicAddress;
        }
        InetAddress relay = relayIpv4 == null ? relayIpv6 : relayIpv4;
        return relay == null || listen.contains(relay) ? first(relay) : listen.get(0);
    }

    private InetAddress first(@Nullable InetAddress relay) {
        return relay == null ? listen.get(0) : relay;
    }
}
