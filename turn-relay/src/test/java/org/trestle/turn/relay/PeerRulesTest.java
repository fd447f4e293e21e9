package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.TransportAddress;

/** The peer policy: every special-purpose range, every disguise, this machine itself, and the operator's lists. */
final class PeerRulesTest {
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

    private final PeerRules defaults = rules(List.of(), List.of(), false, false);

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
        PeerRules wide = rules(List.of("9.9.9.0/24"), List.of("2000::/3", "64:ff9b::/96", "::/96"), false, false);
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
        long bits = TransportAddress.of(SimRelay.address(ipv4, 0).ip(), 0).low() & 0xffff_ffffL;
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
        PeerRules open = rules(List.of(), List.of(), false, true);
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
        PeerRules rules = rules(List.of("10.0.0.7"), List.of("10.0.0.0/24"), false, false);
        assertNull(refusal(rules, "10.0.0.6", 9));
        assertEquals("denied by the setting 10.0.0.7", refusal(rules, "10.0.0.7", 9));
        assertNotNull(refusal(rules, "10.0.1.1", 9));
        PeerRules only = rules(List.of(), List.of("10.0.0.0/24"), true, false);
        assertNull(refusal(only, "10.0.0.6", 9));
        assertEquals("not among the allowed peers", refusal(only, "9.9.9.9", 9));
    }

    @Test
    void someAddressesAreOpenedByNoSetting() {
        PeerRules rules = rules(List.of(), List.of("0.0.0.0/0", "::/0"), false, true);
        for (String address : List.of("0.0.0.0", "0.1.1.1", "224.0.0.1", "255.255.255.255", "::", "ff02::1")) {
            assertNotNull(refusal(rules, address, 9), address);
        }
        assertNotNull(refusal(rules, "198.41.0.1", 5222), "our own XMPP port");
    }

    /** Ranges that end in the middle of a byte, or anywhere. */
    @Test
    void rangesMayBeginAndEndAnywhere() {
        AddressRange odd = AddressRange.of("2001:db8::00ff-2001:db8::0100:0001");
        assertTrue(contains(odd, "2001:db8::ff"));
        assertTrue(contains(odd, "2001:db8::1:0"));
        assertTrue(contains(odd, "2001:db8::ffff"));
        assertTrue(contains(odd, "2001:db8::100:1"));
        assertFalse(contains(odd, "2001:db8::fe"));
        assertFalse(contains(odd, "2001:db8::100:2"));
        AddressRange bits = AddressRange.of("10.0.0.128/27");
        assertTrue(contains(bits, "10.0.0.159"));
        assertFalse(contains(bits, "10.0.0.160"));
        assertFalse(contains(bits, "10.0.0.127"));
        assertTrue(contains(AddressRange.of("fe00::/7"), "ffff::1"));
        assertTrue(contains(AddressRange.of("8000::/1"), "ffff:ffff::1"));
    }

    @Test
    void whatIsNoRangeIsRefusedInWords() {
        for (String text : List.of(
                "",
                "ten",
                "example.com",
                "10.0.0.0/33",
                "10/8",
                "::/129",
                "10.0.0.9-10.0.0.1",
                "1.1.1.1-::2",
                "1.2.3.4/-1")) {
            String said = assertThrows(IllegalArgumentException.class, () -> AddressRange.of(text))
                    .getMessage();
            assertTrue(said.contains("10.0.0.0/8"), said);
        }
    }

    private static PeerRules rules(List<String> deny, List<String> allow, boolean onlyAllowed, boolean loopback) {
        return new PeerRules(
                deny.stream().map(AddressRange::of).toList(),
                allow.stream().map(AddressRange::of).toList(),
                onlyAllowed,
                loopback,
                Set.of(SimRelay.address("198.41.0.1", 3478)),
                Set.of(22, 3478, 5222, 5290),
                24000,
                29999);
    }

    private static boolean contains(AddressRange range, String ip) {
        TransportAddress address = SimRelay.address(ip, 0);
        return range.contains(address.high(), address.low());
    }

    private static boolean dependsOnPort(PeerRules rules, String ip) {
        TransportAddress address = SimRelay.address(ip, 0);
        return rules.dependsOnPort(address.high(), address.low());
    }

    private static @Nullable String refusal(PeerRules rules, String ip, int port) {
        TransportAddress address = SimRelay.address(ip, 0);
        return rules.refuses(address.high(), address.low(), port);
    }
}
