package org.trestle.node.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.credentials.StaticUser;
import org.trestle.xmpp.stream.Network;

/**
 * The TURN relay's part of the configuration: what concerns this node alone. In a cluster users, keys and the realm are
 * replicated and set with the console; the lists here serve a relay that runs alone.
 *
 * @param realm for a relay that runs alone, and until the cluster has another one; null is {@code trestle}
 * @param listen addresses or interfaces; empty means those of {@code trestle.listen.address}
 * @param icmp whether clients are told of ICMP errors about what they have sent to peers
 * @param relayAddress where relayed ports are opened; null is the first address that the relay listens on
 * @param publicAddress what clients are told instead of {@code relayAddress}, behind a 1:1 NAT; or null
 * @param proxies whose connections begin with a PROXY header, version 2
 * @param users of a relay that runs alone
 * @param keys shared keys of a relay that runs alone, the newest last
 * @param drain how long allocations are waited for when the node stops; zero does not wait
 */
public record TurnConfig(
        boolean enabled,
        @Nullable String realm,
        List<String> listen,
        int port,
        int tlsPort,
        boolean dtls,
        boolean icmp,
        @Nullable String relayAddress,
        @Nullable String publicAddress,
        PortRange relayPorts,
        NodeConfig.Tls tls,
        List<Network> proxies,
        List<Network> allow,
        List<Network> deny,
        boolean loopbackPeers,
        Quotas quotas,
        Limits limits,
        Duration drain,
        List<StaticUser> users,
        List<SharedKey> keys) {

    /** The ports that allocations get, both ends included. */
    public record PortRange(int first, int last) {
        public int size() {
            return last - first + 1;
        }
    }

    /**
     * What users may take; rates in bytes a second, 0 is without limit.
     *
     * @param allocationsPerAddress of one client address or, in IPv6, of one /64 network
     * @param bytesPerAllocation in each direction
     * @param challenges requests without credentials that are answered a second, for each /24 or /48
     */
    public record Quotas(
            int allocations,
            int allocationsPerUser,
            int allocationsPerAddress,
            int permissions,
            int channels,
            long bytesPerAllocation,
            long bytesPerUser,
            long bytes,
            int challenges) {}

    /**
     * Connections of clients over TCP, TLS and DTLS.
     *
     * @param connections of all clients of this node
     * @param connectionsPerAddress of one client address or, in IPv6, of one /64 network
     */
    public record Limits(int connections, int connectionsPerAddress) {}

    public TurnConfig {
        listen = List.copyOf(listen);
        proxies = List.copyOf(proxies);
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        users = List.copyOf(users);
        keys = List.copyOf(keys);
    }
}
