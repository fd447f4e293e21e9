package org.trestle.turn.relay;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/**
 * The special-purpose ranges of IANA's registries for IPv4 and IPv6 (RFC 6890), with multicast and what is reserved:
 * nobody on the Internet lives there, but servers beside a relay may.
 */
final class SpecialRanges {
    /** What no setting opens: these are no addresses of anybody, and some kernels take them for this machine. */
    private static final List<Named> NEVER = List.of(
            named("0.0.0.0/8", "\"this network\""),
            named("224.0.0.0/4", "multicast"),
            named("255.255.255.255/32", "broadcast"),
            named("::/128", "unspecified"),
            named("ff00::/8", "multicast"));

    private static final List<Named> DENIED = List.of(
            named("127.0.0.0/8", "loopback"),
            named("::1/128", "loopback"),
            named("10.0.0.0/8", "private"),
            named("172.16.0.0/12", "private"),
            named("192.168.0.0/16", "private"),
            named("100.64.0.0/10", "carrier NAT"),
            named("169.254.0.0/16", "link-local"),
            named("192.0.0.0/24", "protocol assignments"),
            named("192.0.2.0/24", "documentation"),
            named("192.31.196.0/24", "AS112"),
            named("192.52.193.0/24", "AMT"),
            named("192.88.99.0/24", "6to4 relays"),
            named("192.175.48.0/24", "AS112"),
            named("198.18.0.0/15", "benchmarks"),
            named("198.51.100.0/24", "documentation"),
            named("203.0.113.0/24", "documentation"),
            named("240.0.0.0/4", "reserved"),
            named("64:ff9b::/96", "NAT64"),
            named("64:ff9b:1::/48", "local NAT64"),
            named("::/8", "reserved, IPv4 in IPv6"),
            named("100::/64", "discard"),
            named("100:0:0:1::/64", "dummy prefix"),
            named("2001::/23", "protocol assignments, Teredo"),
            named("2001:db8::/32", "documentation"),
            named("2002::/16", "6to4"),
            named("2620:4f:8000::/48", "AS112"),
            named("3fff::/20", "documentation"),
            named("5f00::/16", "segment routing"),
            named("fc00::/7", "unique local"),
            named("fe80::/10", "link-local"),
            named("fec0::/10", "site-local"));

    private static final AddressRange LOOPBACK4 = AddressRange.of("127.0.0.0/8");

    private record Named(AddressRange range, String name) {}

    private static Named named(String range, String name) {
        return new Named(AddressRange.of(range), name);
    }

    /** Why this address may never be a peer. */
    static @Nullable String never(long high, long low) {
        return find(NEVER, high, low);
    }

    /** Why this address may not be a peer unless an operator says so. */
    static @Nullable String denied(long high, long low) {
        return find(DENIED, high, low);
    }

    static boolean isLoopback(long high, long low) {
        return LOOPBACK4.contains(high, low) || (high == 0 && low == 1);
    }

    private static @Nullable String find(List<Named> ranges, long high, long low) {
        boolean ipv4 = TransportAddress.isIpv4(high, low);
        for (Named named : ranges) {
            if (named.range().contains(high, low)
                    && TransportAddress.isIpv4(
                                    named.range().fromHigh(), named.range().fromLow())
                            == ipv4) {
                return named.name() + " (" + named.range() + ")";
            }
        }
        return null;
    }

    /** The low half of the IPv4 address that an IPv6 address stands for, or 0: 6to4, NAT64, Teredo, ISATAP, ::a.b.c.d. */
    static long embedded(long high, long low) {
        if (TransportAddress.isIpv4(high, low)) {
            return 0;
        }
        if (high >>> 48 == 0x2002) {
            return TransportAddress.ipv4((int) (high >>> 16));
        }
        if (high >>> 32 == 0x2001_0000L) {
            return TransportAddress.ipv4(~(int) low);
        }
        boolean nat64 = high == 0x0064_ff9b_0000_0000L || high >>> 16 == 0x0064_ff9b_0001L;
        boolean isatap = ((low >>> 32) & 0xfdff_ffffL) == 0x0000_5efeL;
        boolean compatible = high == 0 && low >>> 32 == 0;
        return nat64 || isatap || compatible ? TransportAddress.ipv4((int) low) : 0;
    }

    private SpecialRanges() {}
}
