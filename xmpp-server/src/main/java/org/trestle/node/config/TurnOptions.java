package org.trestle.node.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.credentials.StaticUser;
import org.trestle.turn.journal.Printable;
import org.trestle.turn.relay.RelaySettings;
import org.trestle.xmpp.stream.Network;

/** Reads {@code trestle.turn}. */
final class TurnOptions {
    private static final String TURN = "trestle.turn.";
    private static final int MANY = 1_000_000;
    private static final long FASTEST = 1L << 40;
    private static final Duration LONGEST_DRAIN = Duration.ofHours(24);
    private static final String NETWORKS =
            "a list of networks, such as [\"10.1.0.0/16\", \"192.0.2.7/32\", \"fd00::/8\"]";
    private static final String USERS =
            "a list of users, such as [\"name:password\"], each once, with names of at most " + StaticUser.LONGEST_NAME
                    + " octets";
    private static final String KEYS = "a list of at most " + CredentialBook.MOST_KEYS + " keys of " + SharedKey.LEAST
            + " characters or more, each once";
    private static final String REALM = "1 to " + RelaySettings.MAX_REALM_BYTES
            + " octets that can be seen, such as \"turn\", or null for \"trestle\": it need not be a domain, and is part of an answer"
            + " that everybody can provoke with a small packet, so it has to be short";

    private TurnOptions() {}

    static TurnConfig read(Options options) throws ConfigurationException {
        return new TurnConfig(
                options.flag(TURN + "enabled"),
                realm(options),
                options.list(TURN + "listen", "a list of addresses or interfaces, such as [\"eth0\"]", word -> word),
                options.port(TURN + "port"),
                options.portOr(TURN + "tls-port", 0),
                options.flag(TURN + "dtls"),
                options.flag(TURN + "icmp"),
                address(options, "relay-address"),
                outer(options),
                ports(options),
                options.keyAndCertificate(TURN + "tls."),
                options.list(TURN + "proxies", NETWORKS, Network::of),
                options.list(TURN + "peers.allow", NETWORKS, Network::of),
                options.list(TURN + "peers.deny", NETWORKS, Network::of),
                options.flag(TURN + "peers.loopback"),
                quotas(options),
                new TurnConfig.Limits(
                        options.count(TURN + "limits.connections", 1, MANY),
                        options.count(TURN + "limits.connections-per-address", 1, MANY)),
                options.duration(TURN + "drain", Duration.ZERO, LONGEST_DRAIN),
                users(options),
                keys(options));
    }

    private static @Nullable String realm(Options options) throws ConfigurationException {
        String realm = options.textOrNull(TURN + "realm");
        if (realm != null
                && (realm.getBytes(StandardCharsets.UTF_8).length > RelaySettings.MAX_REALM_BYTES
                        || !realm.equals(Printable.of(realm)))) {
            throw options.wrong(TURN + "realm", REALM);
        }
        return realm;
    }

    private static @Nullable String outer(Options options) throws ConfigurationException {
        String text = address(options, "public-address");
        InetAddress address = text == null ? null : NetUtil.createInetAddressFromIpAddressString(text);
        if (address != null && (address.isAnyLocalAddress() || address.isMulticastAddress())) {
            throw options.wrong(TURN + "public-address", "the address of one machine, as clients see it, or null");
        }
        return text;
    }

    private static @Nullable String address(Options options, String name) throws ConfigurationException {
        String text = options.textOrNull(TURN + name);
        if (text != null && NetUtil.createInetAddressFromIpAddressString(text) == null) {
            throw options.wrong(TURN + name, "an IPv4 or IPv6 address, or null");
        }
        return text;
    }

    private static TurnConfig.PortRange ports(Options options) throws ConfigurationException {
        String name = TURN + "relay-ports";
        String text = options.text(name);
        String expected = "a range of ports from 1024 to 65535, the lower one first, such as \"24000-29999\"";
        String[] ends = text.split("-", -1);
        try {
            TurnConfig.PortRange range = new TurnConfig.PortRange(
                    Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[ends.length - 1].strip()));
            if (ends.length == 2 && range.first() >= 1024 && range.last() <= 65535 && range.size() >= 2) {
                return range;
            }
        } catch (NumberFormatException notNumbers) {
            throw options.wrong(name, expected);
        }
        throw options.wrong(name, expected);
    }

    private static TurnConfig.Quotas quotas(Options options) throws ConfigurationException {
        String quotas = TURN + "quotas.";
        return new TurnConfig.Quotas(
                options.count(quotas + "allocations", 1, MANY),
                options.count(quotas + "allocations-per-user", 1, MANY),
                options.count(quotas + "allocations-per-address", 1, MANY),
                options.count(quotas + "permissions", 1, 10_000),
                options.count(quotas + "channels", 1, 4096),
                options.size(quotas + "bytes-per-allocation", FASTEST),
                options.size(quotas + "bytes-per-user", FASTEST),
                options.size(quotas + "bytes", FASTEST),
                options.count(quotas + "challenges", 1, MANY));
    }

    /** The exception that stands for a wrong text never carries it: it may be a password. */
    private static StaticUser user(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1) {
            throw new IllegalArgumentException("not name:password");
        }
        String name = text.substring(0, colon);
        if (name.getBytes(StandardCharsets.UTF_8).length > StaticUser.LONGEST_NAME) {
            throw new IllegalArgumentException("too long");
        }
        return new StaticUser(name, text.substring(colon + 1));
    }

    private static List<StaticUser> users(Options options) throws ConfigurationException {
        List<StaticUser> users = options.list(TURN + "users", USERS, TurnOptions::user);
        if (users.stream().map(StaticUser::name).distinct().count() < users.size()) {
            throw options.wrong(TURN + "users", USERS);
        }
        return users;
    }

    private static List<SharedKey> keys(Options options) throws ConfigurationException {
        List<String> texts = options.list(TURN + "keys", KEYS, text -> {
            if (text.length() < SharedKey.LEAST) {
                throw new IllegalArgumentException("too short");
            }
            return text;
        });
        if (texts.size() > CredentialBook.MOST_KEYS || Set.copyOf(texts).size() < texts.size()) {
            throw options.wrong(TURN + "keys", KEYS);
        }
        List<SharedKey> keys = new ArrayList<>();
        for (String text : texts) {
            keys.add(new SharedKey(keys.size() + 1, text, Instant.EPOCH, null));
        }
        return keys;
    }
}
