package org.trestle.turn.policy;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.HeldPorts;
import org.trestle.turn.relay.PeerPolicy;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.TransportAddress;

/**
 * Which peers may be reached. In this order: what is nobody's address; what the operator denies; this machine itself, where
 * only ports that the relay holds may be reached (relay to relay); the relay ranges of the cluster's relays, except ports of
 * services; what the operator allows; other ports of those relays' machines and special-purpose networks, which are denied;
 * everything else is open. A cluster whose relays are all on loopback addresses, which is one for a first try, is one of
 * several machines in this. An IPv6 address that carries an IPv4 address needs both to be open. Any thread.
 */
public final class PeerRules implements PeerPolicy {
    private final Settings settings;
    private volatile List<Range> own;
    private final List<Range> relayed;
    private final boolean onLoopback;
    private final Supplier<? extends Collection<RelayedPorts>> relays;

    /**
     * What the operator decides.
     *
     * @param loopback whether loopback peers may be reached, except at {@code listening} ports
     * @param own this machine's addresses, as its own sockets and the world know them, until {@link #machineHas}
     * @param relayed those of them at which relayed ports are opened, or seen from outside
     * @param listening ports of this machine's own services
     * @param held which ports of its range the relay has now, and for what: any other may be somebody else's
     */
    public record Settings(
            List<Range> allow,
            List<Range> deny,
            boolean loopback,
            Set<InetAddress> own,
            Set<InetAddress> relayed,
            Set<Integer> listening,
            HeldPorts held) {
        public Settings {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
            own = Set.copyOf(own);
            relayed = Set.copyOf(relayed);
            listening = Set.copyOf(listening);
        }
    }

    /** @param relays where the other relays of the cluster have their relayed ports; asked for each permission */
    public PeerRules(Settings settings, Supplier<? extends Collection<RelayedPorts>> relays) {
        this.settings = settings;
        this.relays = relays;
        this.own = hosts(settings.own());
        this.relayed = hosts(settings.relayed());
        this.onLoopback =
                !settings.relayed().isEmpty() && settings.relayed().stream().allMatch(InetAddress::isLoopbackAddress);
    }

    /** From now on this machine has these addresses, as its own sockets and the world know them. */
    public void machineHas(Set<InetAddress> addresses) {
        own = hosts(addresses);
    }

    private static List<Range> hosts(Set<InetAddress> addresses) {
        return addresses.stream()
                .filter(address -> !address.isAnyLocalAddress())
                .map(PeerRules::host)
                .toList();
    }

    private static Range host(InetAddress address) {
        return Range.of(address, address.getAddress().length * 8);
    }

    @Override
    public @Nullable String refuses(long high, long low, int port, boolean tcp) {
        String refusal = refusesThis(high, low, port, tcp);
        long carried = EmbeddedIpv4.of(high, low);
        if (refusal != null || carried == EmbeddedIpv4.NONE) {
            return refusal;
        }
        String inner = refusesThis(0, carried, port, tcp);
        return inner == null ? null : inner + ", which the IPv6 address carries";
    }

    private @Nullable String refusesThis(long high, long low, int port, boolean tcp) {
        Range never = first(SpecialRanges.NEVER, high, low);
        if (never != null) {
            return "nobody's address, of " + never;
        }
        Range denied = first(settings.deny(), high, low);
        if (denied != null) {
            return "denied by trestle.turn.peers.deny " + denied;
        }
        boolean loopback = first(SpecialRanges.LOOPBACK, high, low) != null;
        if (loopback
                && settings.loopback()
                && (port == ANY_PORT || !settings.listening().contains(port))) {
            return null;
        }
        boolean isOwn = first(own, high, low) != null;
        if (isOwn ? isHeld(high, low, port, tcp) : (!loopback || onLoopback) && isRelayed(high, low, port)) {
            return null;
        }
        if (isOwn || loopback) {
            return port == ANY_PORT
                    ? "this machine itself, at an address without relayed ports"
                    : "port " + port + " of this machine itself, which is not a relayed one";
        }
        if (first(settings.allow(), high, low) != null) {
            return null;
        }
        if (isRelay(high, low)) {
            return "port " + port + " of another relay's machine, which is not a relayed one (trestle.turn.peers.allow"
                    + " opens networks)";
        }
        Range special = first(SpecialRanges.ALL, high, low);
        return special == null
                ? null
                : "special-purpose network " + special + " (trestle.turn.peers.allow opens networks)";
    }

    private boolean isHeld(long high, long low, int port, boolean tcp) {
        AddressFamily family = TransportAddress.isIpv4(high, low) ? AddressFamily.IPV4 : AddressFamily.IPV6;
        return first(relayed, high, low) != null
                && (port == ANY_PORT || settings.held().holds(port, family, tcp));
    }

    /** Nodes of one cluster have the same services at the same ports: those of this machine stand for theirs. */
    private boolean isRelayed(long high, long low, int port) {
        return relays.get().stream().anyMatch(relay -> relay.isAt(high, low) && relay.has(port))
                && !settings.listening().contains(port);
    }

    private boolean isRelay(long high, long low) {
        return relays.get().stream().anyMatch(relay -> relay.isAt(high, low));
    }

    private static @Nullable Range first(List<Range> ranges, long high, long low) {
        for (Range range : ranges) {
            if (range.contains(high, low)) {
                return range;
            }
        }
        return null;
    }

    @Override
    public boolean dependsOnPort(long high, long low) {
        long carried = EmbeddedIpv4.of(high, low);
        return dependsOnPortOfThis(high, low) || (carried != EmbeddedIpv4.NONE && dependsOnPortOfThis(0, carried));
    }

    @Override
    public long changes() {
        return settings.held().releases();
    }

    private boolean dependsOnPortOfThis(long high, long low) {
        return first(own, high, low) != null || first(SpecialRanges.LOOPBACK, high, low) != null || isRelay(high, low);
    }
}
