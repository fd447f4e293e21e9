package org.trestle.node.turn;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.time.Timers;
import org.trestle.node.config.TurnConfig;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.credentials.Issued;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.policy.RelayedPorts;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.xmpp.feature.ExternalServices;

/**
 * The relays of the cluster: tells the others of this node's, and clients of those that can be used. A relay can be used
 * when its node is up and it takes allocations. Looks once a second; any thread may ask.
 */
public final class ClusterRelays implements ExternalServices, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusterRelays.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** A change of load that is worth telling, in percent. */
    private static final int MUCH = 10;

    /** This node's relay is told first while its load is below this: it is the nearest one. */
    private static final int FULL = 90;

    private final Cluster cluster;
    private final TurnTables tables;
    private final Timers timers;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean telling = new AtomicBoolean();
    private volatile Supplier<@Nullable RelayAddress> own = () -> null;
    private volatile boolean open = true;
    private volatile List<Known> known = List.of();
    private volatile List<Service> services = List.of();
    private volatile Set<Integer> retired = Set.of();

    /** A relay, its node's name, and whether it can be used. */
    public record Known(RelayAddress relay, String name, boolean alive) {}

    public ClusterRelays(Cluster cluster, TurnTables tables, Timers timers) {
        this.cluster = cluster;
        this.tables = tables;
        this.timers = timers;
    }

    /**
     * Begins to look after the relays.
     *
     * @param certificateName a name that this relay's certificate is for; empty when it has none
     */
    public void begin(
            Supplier<@Nullable NodeRelay> relay, BooleanSupplier isDraining, Supplier<String> certificateName) {
        begin(() -> {
            NodeRelay running = relay.get();
            return running == null ? null : address(running, !isDraining.getAsBoolean(), certificateName.get());
        });
    }

    /** @param mine what to tell of this node's relay at a moment; null while it does not run */
    void begin(Supplier<@Nullable RelayAddress> mine) {
        own = mine;
        look();
    }

    private RelayAddress address(NodeRelay relay, boolean taking, String certificateName) {
        RelayPlan plan = relay.plan();
        String host = NetUtil.toAddressString(plan.reached());
        return new RelayAddress(
                cluster.self(),
                host,
                plan.port(),
                plan.tlsPort(),
                plan.sharedPort(),
                taking,
                plan.config().relayPorts(),
                certificateName,
                relay.load());
    }

    private void look() {
        if (!open) {
            return;
        }
        refresh();
        if (cluster.serving()) {
            tell();
        }
        timers.after(LOOK, this::look);
    }

    /** Reads the tables and the membership again, and tells listeners when clients have to hear of it. */
    void refresh() {
        Map<NodeId, ClusterStatus.Peer> peers = new HashMap<>();
        cluster.status().peers().forEach(peer -> peers.put(peer.id(), peer));
        List<RelayAddress> relays = new ArrayList<>(tables.relays());
        // What is written of this node's may be older than the relay itself.
        relays.removeIf(relay -> relay.node().equals(cluster.self()));
        RelayAddress mine = own.get();
        if (mine != null) {
            relays.add(mine);
        }
        List<Known> fresh = new ArrayList<>();
        for (RelayAddress relay : relays) {
            ClusterStatus.Peer peer = peers.get(relay.node());
            boolean alive = relay.node().equals(cluster.self()) || (peer != null && peer.up());
            fresh.add(new Known(relay, peer == null ? relay.node().value() : peer.name(), alive));
        }
        fresh.sort(Comparator.comparing((Known each) -> !isNearest(each))
                .thenComparing(each -> each.relay().load())
                .thenComparing(each -> each.relay().node()));
        known = List.copyOf(fresh);
        List<Service> before = services;
        Set<Integer> retiredBefore = retired;
        List<Service> now = new ArrayList<>();
        usable().forEach(relay -> describe(relay, now));
        services = List.copyOf(now);
        retired = retiredKeys();
        boolean others = !new HashSet<>(before).equals(new HashSet<>(now));
        if (others || !retiredBefore.containsAll(retired)) {
            listeners.forEach(Runnable::run);
        }
    }

    private boolean isNearest(Known each) {
        return each.relay().node().equals(cluster.self()) && each.relay().load() < FULL;
    }

    private Set<Integer> retiredKeys() {
        Set<Integer> epochs = new HashSet<>();
        CredentialBook book = tables.book();
        book.keys().stream()
                .filter(key -> !key.valid() || !book.timeLimited())
                .map(SharedKey::epoch)
                .forEach(epochs::add);
        return epochs;
    }

    private static void describe(RelayAddress relay, List<Service> into) {
        into.add(new Service("turn", "udp", relay.host(), relay.port()));
        into.add(new Service("turn", "tcp", relay.host(), relay.port()));
        if (relay.tlsPort() != 0) {
            into.add(new Service("turns", "tcp", relay.host(), relay.tlsPort()));
        }
        if (relay.sharedPort() != 0) {
            into.add(new Service("turns", "tcp", relay.host(), relay.sharedPort()));
        }
        into.add(new Service("stun", "udp", relay.host(), relay.port()));
    }

    /**
     * This node's relay is not what it was: counts here at once. Completes when the others can read of it too, or at once
     * while they cannot be told; they are told later then.
     */
    public CompletionStage<Void> changed() {
        refresh();
        RelayAddress wanted = own.get();
        if (!cluster.serving()) {
            return CompletableFuture.completedFuture(null);
        }
        return (wanted == null ? tables.withdraw(cluster.self()) : tables.announce(wanted)).exceptionally(failed -> {
            log.debug("the cluster is told of the relay later: {}", failed.getMessage());
            return null;
        });
    }

    /** Writes this node's row when it is not as it should be, and removes rows of nodes that are no members. */
    private void tell() {
        NodeId self = cluster.self();
        RelayAddress wanted = own.get();
        RelayAddress written = tables.relays().stream()
                .filter(relay -> relay.node().equals(self))
                .findFirst()
                .orElse(null);
        if (wanted != null && (written == null || differs(wanted, written))) {
            once(() -> tables.announce(wanted));
        } else if (wanted == null && written != null) {
            once(() -> tables.withdraw(self));
        } else if (cluster.status().role() == Role.LEADER) {
            Set<NodeId> members = new HashSet<>();
            cluster.status().peers().forEach(peer -> members.add(peer.id()));
            tables.relays().stream()
                    .map(RelayAddress::node)
                    .filter(node -> !members.contains(node))
                    .findFirst()
                    .ifPresent(node -> once(() -> tables.withdraw(node)));
        }
        if (tables.book().keys().isEmpty()) {
            once(() -> tables.ensureKey(timers.now()));
        }
    }

    private void once(Supplier<CompletionStage<Void>> write) {
        if (telling.compareAndSet(false, true)) {
            write.get().whenComplete((done, failed) -> {
                telling.set(false);
                if (failed != null) {
                    log.debug("the cluster is told of the relay later: {}", failed.getMessage());
                }
            });
        }
    }

    private static boolean differs(RelayAddress wanted, RelayAddress written) {
        return Math.abs(wanted.load() - written.load()) >= MUCH
                || !wanted.equals(new RelayAddress(
                        written.node(),
                        written.host(),
                        written.port(),
                        written.tlsPort(),
                        written.sharedPort(),
                        written.taking(),
                        written.relayPorts(),
                        written.certificateName(),
                        wanted.load()));
    }

    /** All that are known at this moment, this node's first. */
    public List<Known> all() {
        refresh();
        return known;
    }

    private List<RelayAddress> usable() {
        return known.stream()
                .filter(each -> each.alive() && each.relay().taking())
                .map(Known::relay)
                .toList();
    }

    /** Where relayed ports of the cluster are. */
    public List<RelayedPorts> relayedPorts() {
        List<RelayedPorts> ports = new ArrayList<>();
        for (Known each : known) {
            InetAddress address =
                    NetUtil.createInetAddressFromIpAddressString(each.relay().host());
            if (address != null) {
                TurnConfig.PortRange range = each.relay().relayPorts();
                ports.add(new RelayedPorts(address, range.first(), range.last()));
            }
        }
        return ports;
    }

    /** Another node's relay for a client, the least loaded; null when there is none. */
    public @Nullable TransportAddress alternateFor(FiveTuple client) {
        return alternate(client, Integer.MAX_VALUE);
    }

    /** The same, but only one that is not nearly full itself: clients are not sent to and fro. */
    public @Nullable TransportAddress withRoomFor(FiveTuple client) {
        return alternate(client, FULL);
    }

    private @Nullable TransportAddress alternate(FiveTuple client, int below) {
        for (RelayAddress relay : usable()) {
            InetAddress host = NetUtil.createInetAddressFromIpAddressString(relay.host());
            int port = relay.portFor(client.transport(), isShared(client));
            if (host == null
                    || port == 0
                    || relay.load() >= below
                    || relay.node().equals(cluster.self())) {
                continue;
            }
            TransportAddress address = TransportAddress.of(host, port);
            if (address.isIpv4() == client.client().isIpv4()) {
                return address;
            }
        }
        return null;
    }

    /** A name that the certificate of the relay at {@code alternate} is for; null if it is not known. */
    public @Nullable String nameAt(TransportAddress alternate) {
        String host = NetUtil.toAddressString(alternate.socketAddress().getAddress());
        return known.stream()
                .map(Known::relay)
                .filter(relay ->
                        relay.host().equals(host) && !relay.certificateName().isEmpty())
                .map(RelayAddress::certificateName)
                .findFirst()
                .orElse(null);
    }

    private boolean isShared(FiveTuple client) {
        RelayAddress mine = own.get();
        return mine != null && mine.sharedPort() == client.server().port();
    }

    @Override
    public List<Service> services() {
        return services;
    }

    @Override
    public @Nullable Login login(String name) {
        Issued issued = tables.book().issue(name, tables.lifetime(), timers.now());
        return issued == null ? null : new Login(issued.username(), issued.password(), issued.expires());
    }

    @Override
    public Subscription onChange(Runnable changed) {
        listeners.add(changed);
        return () -> listeners.remove(changed);
    }

    @Override
    public void close() {
        open = false;
    }
}
