package org.trestle.turn.policy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.turn.relay.PeerPolicy;
import org.trestle.turn.stun.TransportAddress;

/** What a hostile client tries: each special-purpose range, each disguise, this machine itself, through each list. */
final class HostilePeersTest {
    /** One address inside each range of IANA's registries, of multicast and of what is reserved. */
    private static final List<String> SPECIAL = List.of(
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.175.48.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::2",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:1::1",
            "2001:2::1",
            "2001:3::1",
            "2001:4:112::1",
            "2001:10::1",
            "2001:20::1",
            "2001:30::1",
            "2001:db8::1",
            "2002:808:808::1",
            "2620:4f:8000::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1");

    private static final List<String> PUBLIC = List.of(
            "1.1.1.1",
            "9.9.9.9",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a01:4f8::5",
            "2001:4860::1");

    private final PeerRules defaults = rules(List.of(), List.of(), false);

    @Test
    void everySpecialPurposeRangeIsDeniedByDefault() {
        for (String address : SPECIAL) {
            assertNotNull(refusal(defaults, address, 9), address);
            assertNotNull(refusal(defaults, address, PeerPolicy.ANY_PORT), address);
        }
    }

    @Test
    void everybodyElseMayBeAPeer() {
        for (String address : PUBLIC) {
            assertNull(refusal(defaults, address, 9), address);
        }
    }

    /** CVE-2026-27624 and its kin: a denied IPv4 address stays denied in each IPv6 form, with each kind of list. */
    @Test
    void noDisguiseOfAnIpv4AddressGetsByAnyList() {
        PeerRules wide = rules(List.of("9.9.9.0/24"), List.of("2000::/3", "64:ff9b::/96", "::/96"), false);
        for (String hidden : List.of("9.9.9.9", "127.0.0.1", "10.1.2.3", "169.254.169.254")) {
            for (String form : disguises(hidden)) {
                assertNotNull(refusal(wide, form, 80), form + " for " + hidden);
                assertNotNull(refusal(wide, form, PeerPolicy.ANY_PORT), form + " for " + hidden);
            }
        }
        assertNull(refusal(wide, "64:ff9b::808:808", 80), "NAT64 was opened, and 8.8.8.8 is denied nowhere");
        assertNull(refusal(wide, "2002:808:808::1", 80));
    }

    private static List<String> disguises(String ipv4) {
        long bits = TransportAddress.of(address(ipv4).ip(), 0).low() & 0xffff_ffffL;
        String high = Long.toHexString(bits >>> 16);
        String low = Long.toHexString(bits & 0xffff);
        long turned = ~bits & 0xffff_ffffL;
        return List.of(
                "::ffff:" + ipv4,
                "::" + ipv4,
                "64:ff9b::" + ipv4,
                "64:ff9b:1::" + ipv4,
                "2002:" + high + ":" + low + "::1",
                "2001:0:4136:e378:8000:63bf:" + Long.toHexString(turned >>> 16) + ":"
                        + Long.toHexString(turned & 0xffff),
                "2a01:4f8::5efe:" + high + ":" + low,
                "2a01:4f8::200:5efe:" + high + ":" + low);
    }

    @Test
    void ownAddressesAreOpenForRelayPortsOnly() {
        assertNull(refusal(defaults, "198.41.0.1", 24000));
        assertNull(refusal(defaults, "198.41.0.1", 29999));
        assertNull(refusal(defaults, "198.41.0.1", PeerPolicy.ANY_PORT));
        assertNotNull(refusal(defaults, "198.41.0.1", 22));
        assertNotNull(refusal(defaults, "198.41.0.1", 5222));
        assertTrue(dependsOnPort(defaults, "198.41.0.1"));
        assertFalse(dependsOnPort(defaults, "9.9.9.9"));
    }

    @Test
    void theLoopbackSwitchOpensThisMachineButNotWhereItListens() {
        PeerRules open = rules(List.of(), List.of(), true);
        assertNull(refusal(open, "127.0.0.1", 40000));
        assertNull(refusal(open, "::1", 40000));
        assertNotNull(refusal(open, "127.0.0.1", 5222));
        assertNotNull(refusal(open, "127.0.0.2", 3478));
        assertNotNull(refusal(open, "0.0.0.0", 40000));
        assertNotNull(refusal(open, "::", 40000));
        assertNotNull(refusal(open, "10.0.0.1", 40000));
        assertTrue(dependsOnPort(open, "127.0.0.1"));
    }

    @Test
    void theOperatorsListsAreObeyedDenyFirst() {
        PeerRules rules = rules(List.of("10.0.0.7/32"), List.of("10.0.0.0/24"), false);
        assertNull(refusal(rules, "10.0.0.6", 9));
        assertNotNull(refusal(rules, "10.0.0.7", 9));
        assertNotNull(refusal(rules, "10.0.1.1", 9));
    }

    @Test
    void someAddressesAreOpenedByNoSetting() {
        PeerRules rules = rules(List.of(), List.of("0.0.0.0/0", "::/0"), true);
        for (String address : List.of("0.0.0.0", "0.1.1.1", "224.0.0.1", "255.255.255.255", "::", "ff02::1")) {
            assertNotNull(refusal(rules, address, 9), address);
        }
        assertNotNull(refusal(rules, "198.41.0.1", 5222), "our own XMPP port");
    }

    /** A network of one family says nothing about the other, however wide it is. */
    @Test
    void ipv6NetworksHoldNoIpv4Addresses() {
        PeerRules rules = rules(List.of(), List.of("::/0"), false);
        assertNotNull(refusal(rules, "10.0.0.1", 9));
        assertNull(refusal(rules, "fd00::1", 9));
    }

    private static PeerRules rules(List<String> deny, List<String> allow, boolean loopback) {
        return new PeerRules(
                new PeerRules.Settings(
                        allow.stream().map(Range::of).toList(),
                        deny.stream().map(Range::of).toList(),
                        loopback,
                        Set.of(address("198.41.0.1").ip()),
                        Set.of(address("198.41.0.1").ip()),
                        Set.of(22, 3478, 5222, 5290),
                        (port, family, tcp) -> port >= 24000 && port <= 29999),
                List::of);
    }

    private static TransportAddress address(String ip) {
        return TransportAddress.of(new InetSocketAddress(ip, 0));
    }

    private static boolean dependsOnPort(PeerRules rules, String ip) {
        TransportAddress address = address(ip);
        return rules.dependsOnPort(address.high(), address.low());
    }

    private static @Nullable String refusal(PeerRules rules, String ip, int port) {
        TransportAddress address = address(ip);
        return rules.refuses(address.high(), address.low(), port, false);
    }
}
