package org.trestle.node.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeBus;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.api.StateFingerprint;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.sim.LocalTables;
import org.trestle.cluster.sim.SimTimers;
import org.trestle.cluster.time.Timers;
import org.trestle.node.config.TurnConfig.PortRange;
import org.trestle.turn.policy.RelayedPorts;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.Transport;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.xmpp.feature.ExternalServices.Service;

final class ClusterRelaysTest {
    private static final NodeId SELF = new NodeId("1f00000000000001");
    private static final NodeId SECOND = new NodeId("2f00000000000002");
    private static final NodeId THIRD = new NodeId("3f00000000000003");

    private final LocalTables rows = new LocalTables();
    private final TurnTables tables = new TurnTables(rows, new SecureRandom());
    private final Set<NodeId> down = new HashSet<>();
    private final ClusterRelays relays = new ClusterRelays(new Three(), tables, new Still());
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void announce() {
        relays.onChange(() -> told.add("changed"));
        announce(SECOND, true, 40);
        announce(THIRD, true, 5);
        relays.refresh();
        told.clear();
    }

    private void announce(NodeId node, boolean taking, int load) {
        int number = node.value().charAt(0) - '0';
        done(tables.announce(new RelayAddress(node, "10.61.7." + number, 3478, 5349, taking, load)));
    }

    private static void done(java.util.concurrent.CompletionStage<?> stage) {
        stage.toCompletableFuture().join();
    }

    private List<String> hosts() {
        return relays.services().stream().map(Service::host).distinct().toList();
    }

    private static FiveTuple client(Transport transport) {
        return client(transport, 3478);
    }

    private static FiveTuple client(Transport transport, int port) {
        return new FiveTuple(
                TransportAddress.of(new InetSocketAddress("192.0.2.7", 1000)),
                TransportAddress.of(new InetSocketAddress("10.61.7.1", port)),
                transport);
    }

    @Test
    void theLeastLoadedComeFirstWithAllTheirWays() {
        assertEquals(List.of("10.61.7.3", "10.61.7.2"), hosts());
        assertEquals(
                List.of(
                        new Service("turn", "udp", "10.61.7.3", 3478),
                        new Service("turn", "tcp", "10.61.7.3", 3478),
                        new Service("turns", "tcp", "10.61.7.3", 5349),
                        new Service("stun", "udp", "10.61.7.3", 3478)),
                relays.services().subList(0, 4));
    }

    @Test
    void aRelayWhoseNodeIsDownIsNotToldAndItsClientsHearOfIt() {
        down.add(THIRD);
        relays.refresh();
        assertEquals(List.of("10.61.7.2"), hosts());
        assertEquals(List.of("changed"), told);
        down.clear();
        relays.refresh();
        assertEquals(2, hosts().size());
        assertEquals(2, told.size());
    }

    @Test
    void aRelayThatIsDrainedIsNotTold() {
        announce(THIRD, false, 5);
        relays.refresh();
        assertEquals(List.of("10.61.7.2"), hosts());
        assertEquals("10.61.7.2:3478", String.valueOf(relays.alternateFor(client(Transport.UDP))));
    }

    @Test
    void onlyTheOrderChangesWithTheLoad() {
        announce(SECOND, true, 0);
        relays.refresh();
        assertEquals(List.of("10.61.7.2", "10.61.7.3"), hosts());
        assertEquals(List.of(), told);
    }

    @Test
    void anAlternateSpeaksTheClientsTransportAndFamily() {
        assertEquals("10.61.7.3:3478", String.valueOf(relays.alternateFor(client(Transport.TCP))));
        assertEquals("10.61.7.3:5349", String.valueOf(relays.alternateFor(client(Transport.TLS))));
        FiveTuple ipv6 = new FiveTuple(
                TransportAddress.of(new InetSocketAddress("2a00::1", 1000)),
                TransportAddress.of(new InetSocketAddress("2a00::2", 3478)),
                Transport.UDP);
        assertNull(relays.alternateFor(ipv6));
    }

    @Test
    void aSharedPortIsOfferedForTlsToo() {
        done(tables.announce(new RelayAddress(THIRD, "10.61.7.3", 3478, 0, 443, true, 5)));
        relays.refresh();
        assertEquals(
                List.of(
                        new Service("turn", "udp", "10.61.7.3", 3478),
                        new Service("turn", "tcp", "10.61.7.3", 3478),
                        new Service("turns", "tcp", "10.61.7.3", 443),
                        new Service("stun", "udp", "10.61.7.3", 3478)),
                relays.services().subList(0, 4));
    }

    @Test
    void whoComesByTheSharedPortIsSentToTheSharedPort() {
        done(tables.announce(new RelayAddress(THIRD, "10.61.7.3", 3478, 5349, 443, true, 5)));
        relays.begin(() -> new RelayAddress(SELF, "10.61.7.1", 3478, 5349, 443, true, 0));
        assertEquals("10.61.7.3:443", String.valueOf(relays.alternateFor(client(Transport.TLS, 443))));
        assertEquals("10.61.7.3:443", String.valueOf(relays.alternateFor(client(Transport.TCP, 443))));
        assertEquals("10.61.7.3:5349", String.valueOf(relays.alternateFor(client(Transport.TLS, 5349))));
        assertEquals("10.61.7.3:3478", String.valueOf(relays.alternateFor(client(Transport.TCP, 3478))));
        down.add(THIRD);
        relays.refresh();
        assertEquals("10.61.7.2:5349", String.valueOf(relays.alternateFor(client(Transport.TLS, 443))));
    }

    @Test
    void theNameOfAnAlternatesCertificateIsKnownIfItsNodeTells() {
        PortRange ports = new PortRange(24000, 29999);
        done(tables.announce(new RelayAddress(THIRD, "10.61.7.3", 3478, 5349, 0, true, ports, "turn3.example.com", 5)));
        relays.refresh();
        TransportAddress third = Objects.requireNonNull(relays.alternateFor(client(Transport.TLS)));
        assertEquals("10.61.7.3:5349", String.valueOf(third));
        assertEquals("turn3.example.com", relays.nameAt(third));
        down.add(THIRD);
        relays.refresh();
        TransportAddress second = Objects.requireNonNull(relays.alternateFor(client(Transport.TLS)));
        assertNull(relays.nameAt(second), "the second one does not tell");
    }

    @Test
    void anAlternateForAFullRelayIsNotNearlyFullItself() {
        announce(SECOND, true, 90);
        announce(THIRD, true, 89);
        relays.refresh();
        assertEquals("10.61.7.3:3478", String.valueOf(relays.withRoomFor(client(Transport.UDP))));
        announce(THIRD, true, 99);
        relays.refresh();
        assertNull(relays.withRoomFor(client(Transport.UDP)));
        assertEquals("10.61.7.2:3478", String.valueOf(relays.alternateFor(client(Transport.UDP))));
    }

    @Test
    void relayedPortsAreThoseThatEachNodeTells() {
        done(tables.announce(
                new RelayAddress(THIRD, "10.61.7.3", 3478, 5349, 0, true, new PortRange(40000, 40999), 5)));
        relays.refresh();
        assertEquals(
                Set.of(
                        new RelayedPorts(ip("10.61.7.2"), 24000, 29999),
                        new RelayedPorts(ip("10.61.7.3"), 40000, 40999)),
                Set.copyOf(relays.relayedPorts()));
    }

    private static InetAddress ip(String text) {
        return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(text));
    }

    @Test
    void thisNodesRelayIsAsItIsAndTheOthersReadThatWhenAChangeIsDone() {
        AtomicReference<RelayAddress> own =
                new AtomicReference<>(new RelayAddress(SELF, "10.61.7.1", 3478, 5349, true, 0));
        relays.begin(own::get);
        assertEquals("10.61.7.1", hosts().get(0));
        own.set(new RelayAddress(SELF, "10.61.7.1", 3478, 443, true, 0));
        assertEquals(443, relays.all().get(0).relay().tlsPort());
        assertEquals(5349, written().get(0).tlsPort());
        done(relays.changed());
        assertEquals(own.get(), written().get(0));
        own.set(null);
        assertEquals(2, relays.all().size());
        rows.refuse("no quorum");
        done(relays.changed());
        assertEquals(3, written().size());
        rows.refuse(null);
        done(relays.changed());
        assertEquals(2, written().size());
    }

    private List<RelayAddress> written() {
        return tables.relays();
    }

    @Test
    void loadIsThatOfWhateverIsScarcer() {
        assertEquals(25, NodeRelay.load(25, 100, 0, 1000));
        assertEquals(100, NodeRelay.load(10, 100_000, 10, 10));
        assertEquals(0, NodeRelay.load(0, 0, 0, 0));
    }

    @Test
    void aDrainSendsClientsToALivingRelayAndIsOverWhenNothingIsLeft() {
        SimTimers time = new SimTimers();
        AtomicInteger left = new AtomicInteger(2);
        AtomicInteger over = new AtomicInteger();
        Drain drain = new Drain(time, relays, over::incrementAndGet);
        assertFalse(drain.isDraining());
        drain.begin(left::get, Duration.ofMinutes(10));
        assertTrue(drain.isDraining());
        assertEquals(time.now().plus(Duration.ofMinutes(10)), drain.deadline());
        assertEquals("10.61.7.3:3478", String.valueOf(drain.alternateFor(client(Transport.UDP))));
        down.add(THIRD);
        relays.refresh();
        assertEquals("10.61.7.2:3478", String.valueOf(drain.alternateFor(client(Transport.UDP))));
        down.add(SECOND);
        relays.refresh();
        assertNull(drain.alternateFor(client(Transport.UDP)));
        left.set(1);
        time.advance(Duration.ofMinutes(5));
        assertEquals(0, over.get(), "one remains");
        left.set(0);
        time.advance(Duration.ofSeconds(1));
        assertEquals(1, over.get());
        time.advance(Duration.ofMinutes(10));
        assertEquals(1, over.get(), "it is over once");
    }

    @Test
    void aDrainIsOverAtItsDeadlineHoweverManyRemain() {
        SimTimers time = new SimTimers();
        AtomicInteger over = new AtomicInteger();
        Drain drain = new Drain(time, relays, over::incrementAndGet);
        drain.begin(() -> 7, Duration.ofSeconds(60));
        time.advance(Duration.ofSeconds(59));
        assertEquals(0, over.get());
        time.advance(Duration.ofSeconds(2));
        assertEquals(1, over.get());
    }

    @Test
    void aDrainThatIsEndedIsNeverOver() {
        SimTimers time = new SimTimers();
        AtomicInteger over = new AtomicInteger();
        Drain drain = new Drain(time, relays, over::incrementAndGet);
        drain.begin(() -> 7, Duration.ofSeconds(60));
        drain.end();
        assertFalse(drain.isDraining());
        assertNull(drain.deadline());
        time.advance(Duration.ofMinutes(2));
        assertEquals(0, over.get());
    }

    @Test
    void aRetiredKeyIsToldAndNewLoginsAreOfTheNewest() {
        assertNull(relays.login("alice@example.com"));
        done(tables.ensureKey(Instant.EPOCH));
        done(tables.rotate(null, Instant.EPOCH));
        relays.refresh();
        assertEquals(List.of(), told);
        done(tables.retire(1, Instant.EPOCH));
        relays.refresh();
        assertEquals(List.of("changed"), told);
        var login = relays.login("alice@example.com");
        assertNotNull(login);
        assertEquals("43200:alice@example.com", login.username());
    }

    /** Time stands still, and what is to be done later is never done. */
    private static final class Still implements Timers {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return () -> {};
        }
    }

    private final class Three implements Cluster {
        @Override
        public NodeId self() {
            return SELF;
        }

        @Override
        public Tables tables() {
            return rows;
        }

        @Override
        public Directory directory() {
            throw new UnsupportedOperationException();
        }

        @Override
        public NodeBus bus() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ClusterStatus status() {
            NodeAddress address = new NodeAddress("10.61.7.1", 5222);
            List<ClusterStatus.Peer> peers = List.of(SELF, SECOND, THIRD).stream()
                    .map(node -> new ClusterStatus.Peer(
                            node, node.value(), address, address, true, !down.contains(node), Duration.ZERO))
                    .toList();
            return new ClusterStatus(SELF, true, Role.FOLLOWER, 1, SECOND, null, null, 1, peers);
        }

        @Override
        public StateFingerprint fingerprint() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean serving() {
            return true;
        }

        @Override
        public Subscription onServing(Consumer<Boolean> listener) {
            return () -> {};
        }
    }
}
