package org.trestle.turn.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.turn.relay.PeerPolicy;
import org.trestle.turn.stun.TransportAddress;

/** The rows of attack tables that are about where a relay sends to. */
final class PeerRulesTest {
    private static final String OWN = "192.0.2.1";
    private static final int PORT = 5060;

    private static InetAddress ip(String text) {
        return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(text));
    }

    private static PeerRules rules(List<String> allow, List<String> deny, boolean loopback, String... relays) {
        Collection<RelayedPorts> others = Arrays.stream(relays)
                .map(relay -> new RelayedPorts(ip(relay), 24000, 29999))
                .toList();
        return new PeerRules(settings(allow, deny, loopback, OWN, "10.0.0.5", "0.0.0.0"), () -> others);
    }

    private static PeerRules.Settings settings(List<String> allow, List<String> deny, boolean loopback, String... own) {
        Set<InetAddress> addresses = Arrays.stream(own).map(PeerRulesTest::ip).collect(Collectors.toSet());
        return new PeerRules.Settings(
                allow.stream().map(Range::of).toList(),
                deny.stream().map(Range::of).toList(),
                loopback,
                addresses,
                addresses,
                Set.of(3478, 5222, 5290, 24443),
                (port, family, tcp) -> port == 24000 || port == 29999);
    }

    @Test
    void servicesOfThisMachineInsideTheRelayRangeAreNotRelayed() {
        PeerRules rules = rules(List.of(), List.of(), false);
        for (String peer : List.of("127.0.0.1", "127.0.0.2", "::1", "::ffff:0:7f00:1")) {
            assertNotNull(refusal(rules, peer, 24000), peer);
            assertNotNull(refusal(rules, peer, 27017), peer);
        }
    }

    @Test
    void addressesThatNobodyHasAreNotRelayed() {
        PeerRules rules = rules(List.of(), List.of(), false);
        for (String peer : List.of(
                "::ffff:0:a00:1", "::ffff:0:a9fe:a9fe", "4000::1", "e000::1", "400::1", "1000::7f00:1", "::1:0:0:1")) {
            refuses(rules, peer);
        }
        assertNull(refusal(rules, "2a00:1450::1", PORT));
    }

    private static @Nullable String refusal(PeerRules rules, String peer, int port) {
        TransportAddress address = TransportAddress.of(ip(peer), 0);
        return rules.refuses(address.high(), address.low(), port, false);
    }

    private static void refuses(PeerRules rules, String peer) {
        assertNotNull(refusal(rules, peer, PORT), peer);
        assertNotNull(refusal(rules, peer, PeerPolicy.ANY_PORT), peer);
    }

    private static boolean dependsOnPort(PeerRules rules, String peer) {
        TransportAddress address = TransportAddress.of(ip(peer), 0);
        return rules.dependsOnPort(address.high(), address.low());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::808:808",
                "::ffff:127.0.0.1",
                "::ffff:10.1.2.3",
                "::ffff:0.0.0.0",
                "64:ff9b::7f00:1",
                "64:ff9b::808:808",
                "64:ff9b:1::7f00:1",
                "2002:7f00:1::1",
                "2002:808:808::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:db8::1",
                "100::1",
                "3fff::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1"
            })
    void specialPurposeNetworksAreDeniedByDefault(String peer) {
        refuses(rules(List.of(), List.of(), false), peer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "223.255.255.255",
                "2a00:1450:4001::5",
                "2600::1",
                "::ffff:8.8.8.8"
            })
    void theRestOfTheInternetIsOpen(String peer) {
        assertNull(refusal(rules(List.of(), List.of(), false), peer, PORT));
        assertFalse(dependsOnPort(rules(List.of(), List.of(), false), peer));
    }

    @Test
    void whatIsAllowedIsOpenAndWhatIsDeniedCountsMore() {
        PeerRules rules = rules(List.of("10.0.0.0/8", "fd00::/8"), List.of("10.9.0.0/16", "8.8.8.0/24"), false);
        assertNull(refusal(rules, "10.1.2.3", PORT));
        assertNull(refusal(rules, "::ffff:10.1.2.3", PORT));
        assertNull(refusal(rules, "fd00::7", PORT));
        assertEquals("denied by trestle.turn.peers.deny 10.9.0.0/16", refusal(rules, "10.9.1.1", PORT));
        refuses(rules, "8.8.8.8");
        refuses(rules, "172.16.0.1");
    }

    @Test
    void anAddressThatCarriesAnotherNeedsBothToBeOpen() {
        PeerRules rules = rules(List.of("64:ff9b::/96", "2002::/16", "2001::/32"), List.of("8.8.8.0/24"), false);
        assertNull(refusal(rules, "64:ff9b::909:909", PORT));
        assertNull(refusal(rules, "2002:909:909::1", PORT));
        refuses(rules, "64:ff9b::7f00:1");
        refuses(rules, "64:ff9b::a9fe:a9fe");
        refuses(rules, "64:ff9b::808:808");
        refuses(rules, "2002:7f00:1::1");
        refuses(rules, "2001:0:4136:e378:8000:63bf:f5ff:fffe"); // its client is 10.0.0.1
    }

    @Test
    void networksThatDoNotEndAtAnOctet() {
        PeerRules rules = rules(List.of(), List.of("8.8.8.64/26", "2a00:1450:4000::/37"), false);
        assertNull(refusal(rules, "8.8.8.63", PORT));
        refuses(rules, "8.8.8.64");
        refuses(rules, "8.8.8.127");
        assertNull(refusal(rules, "8.8.8.128", PORT));
        refuses(rules, "2a00:1450:47ff::1");
        assertNull(refusal(rules, "2a00:1450:4800::1", PORT));
    }

    @Test
    void ofThisMachineOnlyRelayedPortsAreOpen() {
        PeerRules rules = rules(List.of("0.0.0.0/0"), List.of(), false);
        for (String own : List.of(OWN, "10.0.0.5")) {
            for (int port : new int[] {22, 3478, 5222, 23999, 30000}) {
                assertNotNull(refusal(rules, own, port), own + ":" + port);
            }
            assertNull(refusal(rules, own, 24000));
            assertNull(refusal(rules, own, 29999));
            assertNotNull(refusal(rules, own, 27017), "a port of the range that the relay does not hold");
            assertNull(refusal(rules, own, PeerPolicy.ANY_PORT));
            assertTrue(dependsOnPort(rules, own));
        }
    }

    @Test
    void relayedPortsOfTheClustersRelaysAreOpenWhereverTheyAre() {
        PeerRules rules = rules(List.of(), List.of(), false, "10.61.7.92");
        assertNull(refusal(rules, "10.61.7.92", 25000));
        assertNull(refusal(rules, "10.61.7.92", PeerPolicy.ANY_PORT));
        assertNotNull(refusal(rules, "10.61.7.92", 22));
        assertNotNull(refusal(rules, "10.61.7.93", 25000));
        assertTrue(dependsOnPort(rules, "10.61.7.92"));
    }

    @Test
    void eachRelayHasARangeOfItsOwn() {
        PeerRules rules = new PeerRules(
                settings(List.of(), List.of(), false, OWN),
                () -> List.of(
                        new RelayedPorts(ip("10.61.7.92"), 40000, 40999),
                        new RelayedPorts(ip("10.61.7.92"), 50000, 50999),
                        new RelayedPorts(ip("10.61.7.93"), 24000, 29999)));
        assertNull(refusal(rules, "10.61.7.92", 40000));
        assertNull(refusal(rules, "10.61.7.92", 50999));
        assertNotNull(refusal(rules, "10.61.7.92", 24000));
        assertNull(refusal(rules, "10.61.7.93", 24000));
        assertNotNull(refusal(rules, "10.61.7.93", 40000));
    }

    /** Three nodes on 127.0.0.1, .2 and .3: clients are on this machine themselves. */
    @Test
    void relaysOfAClusterOnOneMachineReachEachOther() {
        List<RelayedPorts> others = List.of(new RelayedPorts(ip("127.0.0.2"), 24000, 29999));
        PeerRules rules = new PeerRules(settings(List.of("0.0.0.0/0"), List.of(), false, "127.0.0.1"), () -> others);
        assertNull(refusal(rules, "127.0.0.2", 25000));
        assertNull(refusal(rules, "127.0.0.2", PeerPolicy.ANY_PORT));
        assertNull(refusal(rules, "127.0.0.1", 24000));
        for (int port : new int[] {22, 3478, 24443}) {
            assertNotNull(refusal(rules, "127.0.0.2", port), "127.0.0.2:" + port);
        }
        assertNotNull(refusal(rules, "127.0.0.1", 25000));
        assertEquals(
                "this machine itself, at an address without relayed ports",
                refusal(rules, "127.0.0.3", PeerPolicy.ANY_PORT));
        PeerRules outside = new PeerRules(settings(List.of(), List.of(), false, OWN), () -> others);
        assertNotNull(refusal(outside, "127.0.0.2", 25000));
        assertNotNull(refusal(outside, "127.0.0.2", PeerPolicy.ANY_PORT));
    }

    /** Their services trust the nodes' addresses more than those of strangers; and TURN through TURN can be made a loop. */
    @Test
    void servicesOfOtherNodesAreNotRelayedWhereverTheyAre() {
        PeerRules rules = rules(List.of(), List.of(), false, "198.41.9.9", "2a00:1450::9");
        for (String relay : List.of("198.41.9.9", "2a00:1450::9", "::ffff:198.41.9.9")) {
            assertNull(refusal(rules, relay, 25000));
            for (int port : new int[] {22, 443, 3478, 5222, 5290, 30000}) {
                assertNotNull(refusal(rules, relay, port), relay + ":" + port);
            }
        }
        PeerRules allowed = rules(List.of("198.41.9.9/32"), List.of(), false, "198.41.9.9");
        assertNull(refusal(allowed, "198.41.9.9", 443));
    }

    @Test
    void anAddressThatThisMachineGetsLaterIsItsOwn() {
        PeerRules rules = rules(List.of(), List.of(), false);
        assertNull(refusal(rules, "198.41.7.7", 22));
        rules.machineHas(Set.of(ip(OWN), ip("198.41.7.7")));
        assertNotNull(refusal(rules, "198.41.7.7", 22));
        assertNotNull(refusal(rules, OWN, 22));
        assertNull(refusal(rules, OWN, 24000));
    }

    @Test
    void servicesInsideTheRelayRangeAreNotRelayedOnOtherNodesEither() {
        PeerRules rules = rules(List.of(), List.of(), false, "10.0.0.6");
        assertNull(refusal(rules, "10.0.0.6", 24442));
        assertNotNull(refusal(rules, "10.0.0.6", 24443));
    }

    @Test
    void loopbackIsASwitchAndNeverOpensOurOwnServices() {
        PeerRules rules = rules(List.of(), List.of(), true);
        assertNull(refusal(rules, "127.0.0.1", 40000));
        assertNull(refusal(rules, "::1", 40000));
        assertNull(refusal(rules, "127.0.0.1", PeerPolicy.ANY_PORT));
        assertNotNull(refusal(rules, "127.0.0.1", 3478));
        assertNotNull(refusal(rules, "127.0.0.1", 5290));
        assertNotNull(refusal(rules, "::1", 5222));
        assertTrue(dependsOnPort(rules, "127.0.0.1"));
        refuses(rules, "10.1.2.3");
        assertNotNull(refusal(rules(List.of(), List.of(), false), "127.0.0.1", 40000));
    }
}
