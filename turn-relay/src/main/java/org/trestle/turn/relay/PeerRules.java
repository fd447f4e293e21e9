package org.trestle.turn.relay;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/**
 * The peer policy: what the operator denies, then what the operator allows, then everything but the special-purpose
 * ranges. An IPv6 address that stands for an IPv4 address must pass in both forms. This machine's own addresses are open
 * only at the ports of the relay range, so that two clients of this relay can meet and nobody can reach its services.
 *
 * @param deny beats everything
 * @param allow opens special-purpose ranges, for example where the call bridges are
 * @param onlyAllowed whether what is not in {@code allow} is denied
 * @param loopback whether peers on this machine may be reached (for benchmarks and first tries); not the ports of {@code
 *     ownPorts}
 * @param ownAddresses this machine's addresses, the public one of a NAT included; the ports do not matter
 * @param ownPorts where this machine listens, whatever for
 * @param firstRelayPort of the relay range
 * @param lastRelayPort of the relay range
 */
public record PeerRules(
        List<AddressRange> deny,
        List<AddressRange> allow,
        boolean onlyAllowed,
        boolean loopback,
        Set<TransportAddress> ownAddresses,
        Set<Integer> ownPorts,
        int firstRelayPort,
        int lastRelayPort)
        implements PeerPolicy {

    public PeerRules {
        deny = List.copyOf(deny);
        allow = List.copyOf(allow);
        ownAddresses = ownAddresses.stream()
                .map(address -> address.withPort(0))
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
        ownPorts = Set.copyOf(ownPorts);
    }

    @Override
    public @Nullable String refuses(long high, long low, int port) {
        String why = refusesAddress(high, low, port);
        if (why != null) {
            return why;
        }
        long inside = SpecialRanges.embedded(high, low);
        String whyInside = inside == 0 ? null : refusesAddress(0, inside, port);
        return whyInside == null ? null : "stands for an IPv4 address that is denied: " + whyInside;
    }

    @Override
    public boolean dependsOnPort(long high, long low) {
        long inside = SpecialRanges.embedded(high, low);
        return isOwn(high, low) || (inside != 0 && isOwn(0, inside));
    }

    private boolean isOwn(long high, long low) {
        return SpecialRanges.isLoopback(high, low) || ownAddresses.contains(new TransportAddress(high, low, 0));
    }

    private @Nullable String refusesAddress(long high, long low, int port) {
        String why = SpecialRanges.never(high, low);
        if (why != null) {
            return why;
        }
        AddressRange denied = find(deny, high, low);
        if (denied != null) {
            return "denied by the setting " + denied;
        }
        boolean allowed = find(allow, high, low) != null;
        if (isOwn(high, low)) {
            return refusesOwn(high, low, port, allowed);
        }
        if (allowed) {
            return null;
        }
        return onlyAllowed ? "not among the allowed peers" : SpecialRanges.denied(high, low);
    }

    private @Nullable String refusesOwn(long high, long low, int port, boolean allowed) {
        boolean local = SpecialRanges.isLoopback(high, low);
        if (port != ANY_PORT && ownPorts.contains(port)) {
            return "a port where this machine itself listens";
        }
        if (allowed || (local && loopback)) {
            return null;
        }
        if (local) {
            return SpecialRanges.denied(high, low);
        }
        boolean relayPort = port == ANY_PORT || (port >= firstRelayPort && port <= lastRelayPort);
        return relayPort ? null : "this machine itself, and no port of the relay range";
    }

    private static @Nullable AddressRange find(List<AddressRange> ranges, long high, long low) {
        boolean ipv4 = TransportAddress.isIpv4(high, low);
        for (AddressRange range : ranges) {
            boolean sameFamily = TransportAddress.isIpv4(range.fromHigh(), range.fromLow()) == ipv4;
            if (sameFamily && range.contains(high, low)) {
                return range;
            }
        }
        return null;
    }
}
