package org.trestle.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.xmpp.stream.Network;
import org.trestle.xmpp.stream.ServerTls;

/** Reads a node's HOCON file over the defaults of {@code reference.conf}. */
public final class ConfigFile {
    private static final Duration SHORTEST = Duration.ofMillis(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int MANY = 1_000_000;

    private ConfigFile() {}

    /**
     * The configuration, with defaults for all that the file does not say.
     *
     * @param file the file, or null for defaults only
     * @param data the data directory that the command line names, or null: it wins over the file's
     */
    public static NodeConfig load(@Nullable Path file, @Nullable Path data) throws ConfigurationException {
        Config reference = ConfigFactory.parseResources(ConfigFile.class.getClassLoader(), "reference.conf");
        Config given = file == null ? ConfigFactory.empty() : parse(file);
        Options.refuseUnknown(given.root(), reference.root(), "");
        Options options = new Options(given.withFallback(reference));
        return read(options, file, data);
    }

    private static Config parse(Path file) throws ConfigurationException {
        if (Files.isDirectory(file)) {
            throw new ConfigurationException(file + ": this is a directory; name a file in it");
        }
        if (!Files.isReadable(file)) {
            throw new ConfigurationException(file + ": "
                    + (Files.exists(file) ? "this file cannot be read by this user" : "there is no such file"));
        }
        try {
            return ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
        } catch (ConfigException broken) {
            String message = String.valueOf(broken.getMessage());
            if (broken.origin() == null) {
                throw new ConfigurationException(message);
            }
            String prefix = broken.origin().description() + ": ";
            throw new ConfigurationException(Options.where(broken.origin())
                    + (message.startsWith(prefix) ? message.substring(prefix.length()) : message));
        }
    }

    private static NodeConfig read(Options options, @Nullable Path file, @Nullable Path data)
            throws ConfigurationException {
        NodeConfig.Listen listen = new NodeConfig.Listen(
                options.text("trestle.listen.address"),
                options.port("trestle.listen.client"),
                options.port("trestle.listen.component"),
                options.port("trestle.listen.cluster"),
                options.portOr("trestle.listen.shared", 0));
        TurnConfig turn = TurnOptions.read(options);
        checkShared(options, listen, turn);
        return new NodeConfig(
                data != null ? data.toAbsolutePath().normalize() : options.path("trestle.data"),
                options.textOrNull("trestle.domain"),
                identity(options, listen),
                listen,
                options.keyAndCertificate("trestle.tls."),
                options.choice("trestle.tls.provider", ServerTls.Provider.class),
                new NodeConfig.Components(options.list(
                        "trestle.components.plain-networks",
                        "a list of networks, such as [\"127.0.0.0/8\", \"10.1.0.0/16\"]",
                        Network::of)),
                ClientOptions.read(options),
                limits(options),
                cluster(options),
                turn,
                options.choice("trestle.log.level", NodeConfig.LogLevel.class),
                file);
    }

    private static void checkShared(Options options, NodeConfig.Listen listen, TurnConfig turn)
            throws ConfigurationException {
        if (listen.shared() != 0
                && IntStream.of(listen.client(), listen.component(), listen.cluster(), turn.port(), turn.tlsPort())
                        .anyMatch(port -> port == listen.shared())) {
            throw options.wrong(
                    "trestle.listen.shared",
                    "null, or a port of its own: no other one of this file may have the number");
        }
    }

    private static NodeConfig.Identity identity(Options options, NodeConfig.Listen listen)
            throws ConfigurationException {
        String name =
                Optional.ofNullable(options.textOrNull("trestle.node.name")).orElseGet(ConfigFile::hostName);
        String address = Optional.ofNullable(options.textOrNull("trestle.node.address"))
                .orElseGet(() -> reachable(listen.address()));
        try {
            return new NodeConfig.Identity(
                    name,
                    new NodeAddress(address, options.portOr("trestle.node.client-port", listen.client())),
                    new NodeAddress(address, options.portOr("trestle.node.cluster-port", listen.cluster())));
        } catch (IllegalArgumentException notAHost) {
            throw options.wrong("trestle.node.address", "an address or host name without a port");
        }
    }

    private static NodeConfig.Limits limits(Options options) throws ConfigurationException {
        return new NodeConfig.Limits(
                options.bytes("trestle.limits.stanza", 10_000, 16 << 20),
                options.bytes("trestle.limits.unauthenticated", 4096, 1 << 20),
                options.count("trestle.limits.depth", 8, 1000),
                options.count("trestle.limits.attributes", 8, 1000),
                options.count("trestle.limits.namespaces", 8, 1000),
                options.count("trestle.limits.names", 16, 100_000),
                options.duration("trestle.limits.authentication", Duration.ofSeconds(1), LONGEST),
                options.count("trestle.limits.unauthenticated-per-address", 1, MANY),
                options.count("trestle.limits.clients", 1, MANY),
                options.count("trestle.limits.components", 1, MANY),
                options.count("trestle.limits.sessions-per-user", 1, MANY),
                options.count("trestle.limits.console", 1, 64));
    }

    private static NodeConfig.Cluster cluster(Options options) throws ConfigurationException {
        NodeConfig.Cluster cluster = new NodeConfig.Cluster(
                options.duration("trestle.cluster.election", SHORTEST, LONGEST),
                options.duration("trestle.cluster.heartbeat", SHORTEST, LONGEST),
                options.duration("trestle.cluster.lease", SHORTEST, LONGEST),
                options.duration("trestle.cluster.request", SHORTEST, LONGEST),
                options.duration("trestle.cluster.submit", SHORTEST, LONGEST));
        if (cluster.heartbeat().multipliedBy(3).compareTo(cluster.election()) > 0) {
            throw options.wrong("trestle.cluster.election", "at least three times trestle.cluster.heartbeat");
        }
        if (cluster.lease().compareTo(cluster.election()) < 0) {
            throw options.wrong("trestle.cluster.lease", "at least trestle.cluster.election");
        }
        return cluster;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unresolvable) {
            return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("localhost");
        }
    }

    /** The address that others can use when the node listens on {@code listen}. */
    private static String reachable(String listen) {
        if (!listen.equals("0.0.0.0") && !listen.equals("::")) {
            return listen;
        }
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .map(InetAddress::getHostAddress)
                    .orElse("127.0.0.1");
        } catch (SocketException noInterfaces) {
            return "127.0.0.1";
        }
    }
}
