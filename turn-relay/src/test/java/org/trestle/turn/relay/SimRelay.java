package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.trestle.turn.policy.AccountQuotas;
import org.trestle.turn.stun.TransportAddress;

/** A relay without kernel, network or time of its own, and what tests need around it. */
final class SimRelay {
    static final TransportAddress SERVER = address("192.0.2.1", 3478);
    static final TransportAddress PUBLIC4 = address("198.41.0.1", 0);
    static final TransportAddress PUBLIC6 = address("2a01:4f8::1", 0);

    final SimClock clock = new SimClock();
    final FakeSockets sockets = new FakeSockets();
    final FakeCredentials credentials =
            new FakeCredentials().with("alice", "wonderland").with("bob", "builder");
    final List<String> refusals = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    RelaySettings settings =
            new RelaySettings(FakeCredentials.REALM, PUBLIC4, PUBLIC6, 600, 3600, 600, 16, 16, 4, 0, true, true, 1000);
    PortPool ports = new PortPool(24000, 24099, new SeededRandom(1));
    AccountQuotas quotas = new AccountQuotas(new AccountQuotas.Limits(1_000_000, 1_000_000, 1_000_000, 0, 0));
    PeerPolicy peers = new AllowAll();
    Alternates alternates = Alternates.NONE;
    Neighbours neighbours = Neighbours.NONE;
    private @Nullable Relay relay;
    private int nextClientPort = 40000;

    /** Every peer may be reached. */
    static final class AllowAll implements PeerPolicy {
        @Override
        public @Nullable String refuses(long high, long low, int port, boolean tcp) {
            return null;
        }

        @Override
        public boolean dependsOnPort(long high, long low) {
            return false;
        }

        @Override
        public long changes() {
            return 0;
        }
    }

    Relay relay() {
        Relay made = relay;
        if (made == null) {
            made = another(0, new NonceSecret(new SeededRandom(1), clock.nanos()));
            relay = made;
        }
        return made;
    }

    /** One more relay of the same process. */
    Relay another(int index, NonceSecret secret) {
        Relay.Parts parts = new Relay.Parts(
                settings,
                sockets,
                ports,
                secret,
                credentials,
                peers,
                quotas,
                alternates,
                neighbours,
                new Told(),
                clock,
                allocator);
        return new Relay(index, parts, new SeededRandom(1));
    }

    SimRelay with(UnaryOperator<RelaySettings> change) {
        settings = change.apply(settings);
        return this;
    }

    Client client() {
        return client(Transport.UDP, "203.0.113.7");
    }

    Client client(Transport transport, String ip) {
        FakeLeg leg = new FakeLeg(new FiveTuple(address(ip, nextClientPort++), SERVER, transport));
        return new Client(this, leg);
    }

    /** Whether nothing is left of any client. */
    void assertEmpty() {
        Assertions.assertEquals(0, ports.inUse(), "ports in use");
        Assertions.assertEquals(0, sockets.open.size() + sockets.listening.size(), "sockets open");
        Assertions.assertEquals(0, quotas.total(), "allocations counted");
        Assertions.assertEquals(0, quotas.byAccount().size(), "accounts counted");
        Assertions.assertEquals(0, relay().counters().get(RelayCounters.Count.ALLOCATIONS_NOW));
        for (Transport transport : Transport.values()) {
            Assertions.assertEquals(0, relay().counters().get(transport), "allocations over " + transport);
        }
        assertNoBuffers();
    }

    void assertNoBuffers() {
        Assertions.assertEquals(0, allocator.metric().usedHeapMemory(), "bytes of buffers not released");
    }

    ByteBuf buffer(byte[] bytes) {
        return allocator.heapBuffer(bytes.length + 64).writeBytes(bytes);
    }

    void tickAfter(double seconds) {
        clock.pass(seconds);
        relay().tick();
    }

    /** The relay socket of {@code port}. */
    FakeSockets.Socket socket(int port) {
        FakeSockets.Socket socket = sockets.open.get(port);
        Assertions.assertNotNull(socket, "no socket at " + port);
        return socket;
    }

    /** A datagram of {@code peer} arrives at the relayed port. */
    void fromPeer(int port, TransportAddress peer, byte[] payload) {
        ByteBuf bytes = allocator.heapBuffer(256 + payload.length);
        bytes.setIndex(Relay.HEADROOM, Relay.HEADROOM).writeBytes(payload);
        relay().fromPeer(socket(port), peer.high(), peer.low(), peer.port(), bytes);
    }

    long dropped(Drop reason) {
        return relay().counters().get(reason);
    }

    String lastRefusal() {
        return refusals.isEmpty() ? "none" : refusals.get(refusals.size() - 1);
    }

    static TransportAddress address(String ip, int port) {
        return TransportAddress.of(new InetSocketAddress(ip, port));
    }

    static ByteBuf copy(byte[] bytes) {
        return Unpooled.copiedBuffer(bytes);
    }

    private final class Told implements RelayEvents {
        @Override
        public void opened(AllocationView allocation) {
            events.add("opened " + allocation.account());
        }

        @Override
        public void closed(AllocationView allocation, String why) {
            events.add("closed " + allocation.account() + ": " + why);
        }

        @Override
        public void refused(FiveTuple client, @Nullable String username, Refusal reason, String detail) {
            refusals.add(reason + (username == null ? "" : " " + username) + (detail.isEmpty() ? "" : ": " + detail));
        }
    }
}
