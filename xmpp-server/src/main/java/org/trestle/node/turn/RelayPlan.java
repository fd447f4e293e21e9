package org.trestle.node.turn;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.node.config.TurnConfig;

/**
 * Where a relay is to be, in addresses of this machine.
 *
 * @param words where it listens, as the operator named it
 * @param listen the same as addresses
 * @param tlsPort 0 when there is none
 * @param sharedPort a port that the node opens for XMPP and TURN together, and that is reached where the relay is; 0 when
 *     there is none
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
        int sharedPort,
        @Nullable InetAddress relayIpv4,
        @Nullable InetAddress relayIpv6,
        @Nullable InetAddress publicAddress,
        TurnConfig config) {
    public RelayPlan {
        words = List.copyOf(words);
        listen = List.copyOf(listen);
    }

    /** The same with a shared port that is open at these addresses, when clients that come to the relay come there too. */
    public RelayPlan withShared(int port, Collection<InetAddress> addresses) {
        boolean there = addresses.stream().anyMatch(InetAddress::isAnyLocalAddress) || addresses.contains(inside());
        return new RelayPlan(
                words, listen, this.port, tlsPort, there ? port : 0, relayIpv4, relayIpv6, publicAddress, config);
    }

    /** The address that clients are told to come to. */
    public InetAddress reached() {
        return publicAddress == null ? inside() : publicAddress;
    }

    private InetAddress inside() {
        InetAddress relay = relayIpv4 == null ? relayIpv6 : relayIpv4;
        return relay == null || listen.contains(relay) ? first(relay) : listen.get(0);
    }

    private InetAddress first(@Nullable InetAddress relay) {
        return relay == null ? listen.get(0) : relay;
    }
}
