package org.trestle.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.attempts.AttemptLimits;
import org.trestle.auth.cert.NameSource;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.xmpp.stream.Network;
import org.trestle.xmpp.stream.ServerTls;

/**
 * A node's configuration, complete and checked; {@code reference.conf} says what each option means.
 *
 * @param data the data directory
 * @param domain the domain of a new node, or null
 * @param file the file that it came from, or null when there was none
 */
public record NodeConfig(
        Path data,
        @Nullable String domain,
        Identity node,
        Listen listen,
        Tls tls,
        ServerTls.Provider tlsProvider,
        Components components,
        Clients clients,
        Limits limits,
        Cluster cluster,
        TurnConfig turn,
        LogLevel logLevel,
        @Nullable Path file) {

    /**
     * How others see the node.
     *
     * @param client where clients connect
     * @param cluster where the other nodes connect
     */
    public record Identity(String name, NodeAddress client, NodeAddress cluster) {}

    /**
     * Where the node listens.
     *
     * @param shared the port that XMPP and TURN share; 0 when there is none
     */
    public record Listen(String address, int client, int component, int cluster, int shared) {}

    /** PEM files; key and certificate are both there or both null. */
    public record Tls(
            @Nullable Path key,
            @Nullable Path certificate,
            @Nullable Path bundle) {}

    /** What is asked of components. */
    public record Components(List<Network> plainNetworks) {
        public Components {
            plainNetworks = List.copyOf(plainNetworks);
        }
    }

    /**
     * What is asked of clients.
     *
     * @param attempts how often a login may fail
     * @param authorities the PEM file of those whose certificates clients may log in with, or null
     * @param certificateNames where Jids are looked for in such a certificate
     */
    public record Clients(
            boolean plainOnLoopback,
            AttemptLimits attempts,
            @Nullable Path authorities,
            List<NameSource> certificateNames) {
        public Clients {
            certificateNames = List.copyOf(certificateNames);
        }
    }

    /** What one peer may cost; sizes in bytes. */
    public record Limits(
            int stanza,
            int unauthenticated,
            int depth,
            int attributes,
            int namespaces,
            int names,
            Duration authentication,
            int unauthenticatedPerAddress,
            int clients,
            int components,
            int sessionsPerUser,
            int console) {}

    /** The cluster's timings. */
    public record Cluster(Duration election, Duration heartbeat, Duration lease, Duration request, Duration submit) {}

    /** How much is logged. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
