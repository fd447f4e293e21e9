package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.turn.policy.AccountQuotas;
import org.trestle.turn.policy.PeerRules;
import org.trestle.turn.policy.Range;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/** What has been done to other relays, each attack once, named as the advisory or the change that mended it. */
final class AttacksTest {
    private static final TransportAddress PEER = SimRelay.address("9.9.9.9", 5000);

    private final SimRelay sim = new SimRelay();

    private SimRelay guarded() {
        return guarded((port, family, tcp) -> port >= 24000 && port <= 24099);
    }

    private SimRelay guarded(HeldPorts held) {
        PeerRules.Settings defaults = new PeerRules.Settings(
                List.of(),
                List.of(),
                false,
                Set.of(SimRelay.PUBLIC4.ip(), SimRelay.PUBLIC6.ip()),
                Set.of(SimRelay.PUBLIC4.ip(), SimRelay.PUBLIC6.ip()),
                Set.of(22, 3478, 5222, 5223, 5290),
                held);
        sim.peers = new PeerRules(defaults, List::of);
        return sim;
    }

    @Test
    void cve2018And4056To4059_ourOwnPortsAreNotReachableByDefault() {
        Client client = guarded().client();
        int port = client.allocate().relayedPort();
        assertEquals(403, client.permit(SimRelay.address("127.0.0.1", 0)).error());
        for (int own : new int[] {22, 3478, 5222, 5223, 5290}) {
            assertEquals(
                    403, client.bind(0x4000, SimRelay.PUBLIC4.withPort(own)).error());
        }
        assertTrue(client.permit(SimRelay.PUBLIC4).isSuccess(), "other clients of this relay are there");
        client.send(SimRelay.PUBLIC4.withPort(5222), "<stream>");
        assertEquals(1, sim.dropped(Drop.PEER_DENIED));
        client.send(SimRelay.PUBLIC4.withPort(24050), "to another client");
        assertEquals(1, sim.socket(port).sent.size());
    }

    /** Who allocates until the relay has the number of a service's port has not opened that service. */
    @Test
    void ssrf_aRelayedPortOpensNeitherItsNumberInTcpNorInTheOtherFamily() {
        Client udp = guarded(sim.ports).client();
        int held = udp.allocate().relayedPort();
        Client other = sim.client();
        other.allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 2 << 24));
        assertTrue(other.bind(0x4000, SimRelay.PUBLIC4.withPort(held)).isSuccess(), "relay to relay");
        assertEquals(403, other.bind(0x4001, SimRelay.PUBLIC6.withPort(held)).error());
        assertTrue(other.permit(SimRelay.PUBLIC6).isSuccess());
        other.send(SimRelay.PUBLIC6.withPort(held), "x");
        assertEquals(1, sim.dropped(Drop.PEER_DENIED));
        Client tcp = sim.client(Transport.TCP, "203.0.113.7");
        tcp.ask(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.TCP_PEERS));
        TransportAddress service = SimRelay.PUBLIC4.withPort(held);
        assertEquals(
                403,
                tcp.ask(StunMethod.CONNECT, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, service))
                        .error());
        assertTrue(sim.sockets.connecting.isEmpty());
    }

    /** A port that was relayed may be a service's afterwards, while a channel to it would last for minutes. */
    @Test
    void ssrf_aChannelToARelayedPortIsOverWhenThePortIs() {
        Client peer = guarded(sim.ports).client();
        int held = peer.allocate().relayedPort();
        Client client = sim.client();
        int port = client.allocate().relayedPort();
        client.bind(0x4000, SimRelay.PUBLIC4.withPort(held));
        client.channelData(0x4000, "to the other client");
        assertEquals(1, sim.socket(port).sent.size());
        Client third = sim.client();
        third.allocate();
        third.refresh(0);
        client.channelData(0x4000, "another port was given back");
        assertEquals(2, sim.socket(port).sent.size());
        peer.refresh(0);
        client.channelData(0x4000, "to whoever has the port now");
        assertEquals(2, sim.socket(port).sent.size());
        assertEquals(1, sim.dropped(Drop.PEER_DENIED));
    }

    @Test
    void cve2020And4067_paddingIsZeroAndNotWhatWasInMemory() {
        Client client = sim.client();
        int port = client.allocate().relayedPort();
        client.permit(PEER);
        ByteBuf marked = sim.allocator.heapBuffer(256);
        for (int i = 0; i < 256; i++) {
            marked.setByte(i, 0xee);
        }
        marked.setIndex(100, 101);
        sim.relay().fromPeer(sim.socket(port), PEER.high(), PEER.low(), PEER.port(), marked);
        byte[] indication = client.received();
        assertArrayEquals(
                new byte[] {(byte) 0xee, 0, 0, 0},
                java.util.Arrays.copyOfRange(indication, indication.length - 4, indication.length));
        ByteBuf dirty = sim.allocator.heapBuffer(64);
        for (int i = 0; i < 64; i++) {
            dirty.setByte(i, 0xee);
        }
        new StunWriter().begin(dirty, 1, 2, 3).text(AttributeType.REALM, "x").end();
        assertEquals(0, dirty.getByte(25) | dirty.getByte(26) | dirty.getByte(27));
        dirty.release();
    }

    @Test
    void cve2020And26262_zeroAddressesAreNotReachableByAnyRequest() {
        Client udp = guarded().client();
        udp.allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 2 << 24));
        Client tcp = sim.client(Transport.TCP, "203.0.113.7");
        tcp.ask(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.TCP_PEERS));
        for (String zero : List.of("0.0.0.0", "0.0.0.1", "127.0.0.1")) {
            TransportAddress peer = SimRelay.address(zero, 80);
            assertEquals(403, udp.permit(peer).error());
            assertEquals(403, udp.bind(0x4000, peer).error());
            assertEquals(
                    403,
                    tcp.ask(StunMethod.CONNECT, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer))
                            .error());
            udp.send(peer, "x");
        }
        for (String zero : List.of("::", "::1")) {
            TransportAddress peer = SimRelay.address(zero, 80);
            assertEquals(403, udp.permit(peer).error());
            assertEquals(403, udp.bind(0x4000, peer).error());
            udp.send(peer, "x");
        }
        assertEquals(5, sim.dropped(Drop.NO_PERMISSION));
    }

    @Test
    void cve2026And27624_ipv4InIpv6IsNoWayAroundADenial() {
        Client client = guarded().client();
        client.allocate(w -> w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 2 << 24));
        for (String form : List.of(
                "::127.0.0.1",
                "::10.0.0.1",
                "2002:7f00:1::1",
                "2002:a9fe:a9fe::1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::10.0.0.1",
                "2001:0:1::80ff:fffe")) {
            TransportAddress peer = SimRelay.address(form, 80);
            assertEquals(403, client.permit(peer).error(), form);
            assertEquals(403, client.bind(0x4000, peer).error(), form);
        }
        for (StunMethod method : List.of(StunMethod.CREATE_PERMISSION, StunMethod.CHANNEL_BIND)) {
            assertEquals(403, mapped(client, method, "127.0.0.1").error());
            assertEquals(403, mapped(client, method, "9.9.9.9").error(), "no client of ours needs this form");
        }
    }

    /** A request about ::ffff:a.b.c.d in an attribute of the IPv6 kind. */
    private static Reply mapped(Client client, StunMethod method, String ip) {
        TransportAddress peer = SimRelay.address(ip, 80);
        return client.ask(method, w -> {
            byte[] value = new byte[20];
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(value);
            bytes.putShort((short) 2).putShort((short) (80 ^ 0x2112));
            bytes.putLong(0x2112a442L << 32 | 0x5eed).putLong(peer.low() ^ client.lastTransaction());
            w.number(AttributeType.CHANNEL_NUMBER, 0x4000_0000).value(AttributeType.XOR_PEER_ADDRESS, value);
        });
    }

    @Test
    void coturn6c13608c_networksThatEndInsideAByteAreComparedWhole() {
        Range range = Range.of("2001:db8:1:f000::/55");
        TransportAddress between = SimRelay.address("2001:db8:1:f1ff::1", 0);
        TransportAddress after = SimRelay.address("2001:db8:1:f200::1", 0);
        TransportAddress before = SimRelay.address("2001:db8:1:efff:ffff::", 0);
        assertTrue(range.contains(between.high(), between.low()));
        assertFalse(range.contains(after.high(), after.low()));
        assertFalse(range.contains(before.high(), before.low()));
    }

    @Test
    void coturnAb762f33_attributesAfterTheIntegrityAreNotObeyed() {
        Client client = sim.client();
        client.allocate();
        byte[] signed = client.signed(StunMethod.REFRESH, 700, w -> {});
        ByteBuf longer = sim.buffer(signed);
        longer.writeShort(AttributeType.LIFETIME).writeShort(4).writeInt(0);
        longer.setShort(2, longer.readableBytes() - 20);
        Reply reply = client.exchange(longer);
        assertEquals(600, reply.number(AttributeType.LIFETIME));
        assertEquals(1, sim.quotas.total());
    }

    @Test
    void coturn4adbd82e_evenPortCyclesLeakNoPort() {
        Client client = sim.client();
        for (int i = 0; i < 10_000; i++) {
            assertTrue(client.allocate(w -> w.value(AttributeType.EVEN_PORT, new byte[1]))
                    .isSuccess());
            client.refresh(0);
        }
        sim.assertEmpty();
    }

    @Test
    void coturn3c5b2615_aResumableAllocationKeepsItsQuotaAndResumesOnce() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(1_000_000, 1, 0, 0));
        Client first = sim.client(Transport.TCP, "203.0.113.7");
        byte[] ticket = first.allocate(w -> w.flag(AttributeType.MOBILITY_TICKET))
                .message()
                .value(AttributeType.MOBILITY_TICKET);
        sim.relay().gone(first.leg);
        assertEquals(486, sim.client().allocate().error());
        assertTrue(resume(sim.client(), ticket).isSuccess());
        assertEquals(400, resume(sim.client(), ticket).error());
        assertEquals(1, sim.quotas.total());
    }

    private static Reply resume(Client client, byte[] ticket) {
        return client.ask(StunMethod.REFRESH, w -> w.value(AttributeType.MOBILITY_TICKET, ticket));
    }

    @Test
    void ghsa4g7c_aUsernameIsOnlyBytes() {
        for (String name :
                List.of("%s%n%x", "'; DROP TABLE users; --", "../../etc/passwd", "\u0000\r\nINFO forged line")) {
            Client client = sim.client().as(name, "x");
            assertEquals(401, client.allocate().error());
            assertEquals("UNKNOWN_USER " + name, sim.lastRefusal(), "told as it is; the log escapes it");
        }
        Client broken = sim.client().challenged();
        ByteBuf out = sim.allocator.heapBuffer();
        new StunWriter()
                .begin(out, StunMethod.ALLOCATE.type(StunClass.REQUEST), 1, 1)
                .value(AttributeType.USERNAME, new byte[] {(byte) 0xff, (byte) 0xc0, 0})
                .text(AttributeType.REALM, FakeCredentials.REALM)
                .value(AttributeType.NONCE, broken.nonce)
                .integrity(new org.trestle.turn.stun.Integrity(), new byte[16])
                .end();
        assertEquals(401, broken.exchange(out).error());
        sim.assertEmpty();
    }

    @Test
    void coturn11fc465f_portsNoncesAndTokensCannotBeGuessed() {
        Set<Integer> steps = new HashSet<>();
        Set<Long> tokens = new HashSet<>();
        int last = 0;
        for (int i = 0; i < 40; i++) {
            Client client = sim.client();
            Reply reply = client.allocate(w -> w.value(AttributeType.EVEN_PORT, new byte[] {(byte) 0x80}));
            steps.add(reply.relayedPort() - last);
            last = reply.relayedPort();
            byte[] token = reply.message().value(AttributeType.RESERVATION_TOKEN);
            tokens.add(java.nio.ByteBuffer.wrap(token).getLong());
            client.refresh(0);
            sim.tickAfter(31);
        }
        assertTrue(steps.size() > 5, "ports do not follow each other");
        assertEquals(40, tokens.size());
        assertNotEquals(
                new String(sim.client().challenged().nonce, StandardCharsets.US_ASCII),
                new String(sim.client().challenged().nonce, StandardCharsets.US_ASCII));
    }

    @Test
    void slackSsrf_theCloudsMetadataServiceIsNoPeerNeitherByUdpNorByTcp() {
        Client tcp = guarded().client(Transport.TLS, "203.0.113.7");
        tcp.ask(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, Client.TCP_PEERS));
        Client udp = sim.client();
        udp.allocate();
        for (String inside : List.of("169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.100.100.200")) {
            TransportAddress peer = SimRelay.address(inside, 80);
            assertEquals(
                    403,
                    tcp.ask(StunMethod.CONNECT, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer))
                            .error());
            assertEquals(403, udp.permit(peer).error());
        }
        assertTrue(sim.sockets.connecting.isEmpty());
    }

    @Test
    void reflection_noUnauthenticatedAnswerIsMoreThanTwiceItsRequest() {
        for (int extra = 0; extra < 200; extra += 4) {
            byte[] padding = new byte[extra];
            for (StunMethod method : StunMethod.values()) {
                for (boolean transport : new boolean[] {true, false}) {
                    sim.clock.pass(0.01);
                    Client client = sim.client();
                    ByteBuf out = sim.allocator.heapBuffer();
                    StunWriter writer = new StunWriter().begin(out, method.type(StunClass.REQUEST), 1, extra);
                    if (transport) {
                        writer.number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS);
                    }
                    if (extra > 0) {
                        writer.value(AttributeType.SOFTWARE, padding);
                    }
                    writer.end();
                    assertNotAmplified(client, out);
                }
            }
        }
        assertTrue(sim.relay().counters().get(Refusal.CHALLENGE) > 500);
        // A bare Allocate of 20 bytes cannot be answered within the limit, so it is not.
        assertNull(sim.client().bare(StunMethod.ALLOCATE, w -> {}));
        // The smallest request that a client sends is answered.
        assertEquals(8, sim.client().challenged().nonce.length);
    }

    /** Many unknown attributes, a false signature, and so on: nothing that is not proved makes a long answer. */
    @Test
    void reflection_noKindOfRefusalAmplifies() {
        ByteBuf unknown = sim.allocator.heapBuffer();
        StunWriter writer = new StunWriter().begin(unknown, StunMethod.BINDING.type(StunClass.REQUEST), 1, 1);
        for (int i = 0; i < 40; i++) {
            writer.flag(0x0700 + i);
        }
        writer.end();
        assertNotAmplified(sim.client(), unknown);
        Client liar = sim.client().challenged();
        assertNotAmplified(liar, sim.buffer(liar.as("alice", "no").signed(StunMethod.REFRESH, 1, w -> {})));
        ByteBuf tiny = sim.allocator.heapBuffer();
        new StunWriter()
                .begin(tiny, StunMethod.ALLOCATE.type(StunClass.REQUEST), 1, 1)
                .value(AttributeType.MESSAGE_INTEGRITY, new byte[0])
                .end();
        assertNotAmplified(sim.client(), tiny);
    }

    private void assertNotAmplified(Client client, ByteBuf request) {
        int length = request.readableBytes();
        @Nullable Reply reply = client.exchange(request);
        assertTrue(
                reply == null || reply.bytes().length <= 2 * length,
                () -> length + " bytes were answered with " + reply.bytes().length);
        assertTrue(client.leg.received.isEmpty(), "one answer at most");
    }

    @Test
    void reflection_aNetworkGetsItsShareOfChallengesAndNoMore() {
        int answered = 0;
        for (int i = 0; i < 5000; i++) {
            Client client = sim.client(Transport.UDP, "198.51.100." + i % 256);
            answered +=
                    client.bare(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, 17 << 24)) == null
                            ? 0
                            : 1;
        }
        assertTrue(answered >= 1000 && answered <= 1002, answered + " of 5000 at once");
        assertEquals(5000 - answered, sim.dropped(Drop.CHALLENGE_RATE));
        sim.clock.pass(2);
        assertTrue(sim.client(Transport.UDP, "198.51.100.1").challenged().nonce.length > 0);
    }

    /** Forged first requests: not one leg, port, map entry or buffer is kept for them. */
    @Test
    void nonceFlood_nothingIsKeptBeforeAuthentication() {
        byte[] request;
        ByteBuf out = sim.allocator.heapBuffer();
        new StunWriter()
                .begin(out, StunMethod.ALLOCATE.type(StunClass.REQUEST), 1, 1)
                .number(AttributeType.REQUESTED_TRANSPORT, Client.UDP_PEERS)
                .end();
        request = Bytes.take(out);
        for (int i = 0; i < 100_000; i++) {
            sim.clock.pass(0.001);
            TransportAddress from =
                    new TransportAddress(0, TransportAddress.ipv4(0x0b00_0000 + i * 77), 1000 + i % 60_000);
            FakeLeg leg = new FakeLeg(new FiveTuple(from, SimRelay.SERVER, Transport.UDP));
            sim.relay().fromClient(leg, sim.buffer(request));
            assertFalse(leg.isKept);
            assertNull(leg.allocation());
        }
        assertEquals(100_000, sim.relay().counters().get(Refusal.CHALLENGE));
        sim.assertEmpty();
    }

    @Test
    void quotaBypass_moreAllocationsPermissionsOrPortsThanAllowedAreRefused() {
        sim.quotas = new AccountQuotas(new AccountQuotas.Limits(1_000_000, 3, 0, 0));
        for (int i = 0; i < 3; i++) {
            assertTrue(sim.client().allocate().isSuccess());
        }
        assertEquals(486, sim.client().allocate().error());
        Client other = sim.client().as("bob", "builder");
        other.allocate();
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            refused += other.permit(SimRelay.address("9.9.8." + i, 0)).error() == 508 ? 1 : 0;
        }
        assertEquals(24, refused);
    }

    @Test
    void restCredentials_anExpiredCredentialIsNotRefreshedAndItsAllocationEnds() {
        long expiry = sim.clock.epochMillis() + 100_000;
        Credentials.Known user = new Credentials.Known(
                "frank",
                "frank",
                List.of(new FakeCredentials.Password("epoch 1", "frank", "pw")),
                List.of(),
                expiry + 600_000);
        sim.credentials.users.put("frank", user);
        Client client = sim.client().as("frank", "pw");
        assertTrue(client.allocate(w -> w.number(AttributeType.LIFETIME, 3600)).isSuccess());
        sim.tickAfter(101);
        sim.credentials.users.put("frank", new Credentials.Unknown(Refusal.EXPIRED, "expired 1 s ago", List.of()));
        assertEquals(401, client.refresh(600).error());
        assertEquals(1, sim.quotas.total());
        sim.tickAfter(600);
        sim.assertEmpty();
        assertEquals("closed frank: its credential has expired", sim.events.get(1));
    }

    @Test
    void dtlsRace_aPeerWithoutPermissionCannotReachTheClient() {
        Client client = sim.client();
        int port = client.allocate().relayedPort();
        client.bind(0x4000, PEER);
        sim.fromPeer(port, SimRelay.address("9.9.9.8", 5000), new byte[] {22, (byte) 0xfe, (byte) 0xfd});
        assertNull(client.leg.received.poll());
        assertEquals(1, sim.dropped(Drop.NO_PERMISSION));
    }

    @Test
    void indicationsOfStrangersAreDroppedWithoutAnAnswer() {
        Client stranger = sim.client();
        stranger.send(PEER, "x");
        stranger.channelData(0x4000, "x");
        assertEquals(2, sim.dropped(Drop.NO_ALLOCATION));
        ByteBuf data = sim.allocator.heapBuffer();
        new StunWriter()
                .begin(data, StunMethod.DATA.type(StunClass.INDICATION), 1, 1)
                .end();
        assertNull(stranger.exchange(data));
        ByteBuf response = sim.allocator.heapBuffer();
        new StunWriter()
                .begin(response, StunMethod.BINDING.type(StunClass.SUCCESS), 1, 1)
                .end();
        assertNull(stranger.exchange(response));
        assertEquals(2, sim.dropped(Drop.NOT_FOR_A_SERVER));
        sim.assertNoBuffers();
    }
}
