package org.trestle.turn.policy;

import java.util.Arrays;
import java.util.List;

/**
 * Networks that no relay on the public Internet has any business with: the IANA registries of special-purpose addresses
 * (RFC 6890 and what followed), multicast, and the forms of IPv6 that carry an IPv4 address.
 */
final class SpecialRanges {
    /** Peers of this machine itself. */
    static final List<Range> LOOPBACK = List.of(Range.of("127.0.0.0/8"), Range.of("::1/128"));

    /** What no setting opens: nobody's address, and some kernels take the first ones for this machine. */
    static final List<Range> NEVER = List.of(
            Range.of("0.0.0.0/8"),
            Range.of("224.0.0.0/4"),
            Range.of("255.255.255.255/32"),
            Range.of("::/128"),
            Range.of("ff00::/8"));

    private static final String[] IPV4 = {
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4"
    };

    private static final String[] IPV6 = {
        "::1/128",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        // all that is not 2000::/3, where every address on the Internet is (RFC 4291 2.4 and the IANA registry)
        "::/3",
        "4000::/2",
        "8000::/1"
    };

    /** The unspecified address and all IPv4-compatible ones (RFC 4291 2.5.5.1): ::a.b.c.d. */
    private static final Range COMPATIBLE = new Range("::/96", 0, 0, 96);

    static final List<Range> ALL = all();

    private SpecialRanges() {}

    private static List<Range> all() {
        var ranges = new java.util.ArrayList<Range>();
        Arrays.stream(IPV4).map(Range::of).forEach(ranges::add);
        Arrays.stream(IPV6).map(Range::of).forEach(ranges::add);
        ranges.add(COMPATIBLE);
        return List.copyOf(ranges);
    }
}
