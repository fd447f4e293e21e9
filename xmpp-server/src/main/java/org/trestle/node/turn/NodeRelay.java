package org.trestle.node.turn;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.trestle.node.config.TurnConfig;
import org.trestle.turn.credentials.BookCredentials;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.journal.RelayUsage;
import org.trestle.turn.net.NetCounters;
import org.trestle.turn.net.NetLimits;
import org.trestle.turn.net.NetSettings;
import org.trestle.turn.net.NetSettings.Kind;
import org.trestle.turn.net.NetSettings.Listener;
import org.trestle.turn.net.RelayServer;
import org.trestle.turn.net.TurnTls;
import org.trestle.turn.policy.AccountQuotas;
import org.trestle.turn.policy.PeerRules;
import org.trestle.turn.policy.Range;
import org.trestle.turn.policy.RelayedPorts;
import org.trestle.turn.relay.AllocationView;
import org.trestle.turn.relay.Alternates;
import org.trestle.turn.relay.NonceSecret;
import org.trestle.turn.relay.PortPool;
import org.trestle.turn.relay.Relay;
import org.trestle.turn.relay.RelayClock;
import org.trestle.turn.relay.RelayCounters;
import org.trestle.turn.relay.RelaySettings;
import org.trestle.turn.stun.TransportAddress;

/** A relay that runs in this process, with the rules that a plan asks for. Any thread. */
public final class NodeRelay {
    private static final int DEFAULT_LIFETIME = 600;
    private static final int MOST_LIFETIME = 3600;
    private static final int NONCE_LIFETIME = 600;
    private static final int CONNECTIONS_OF_AN_ALLOCATION = 64;

    private final RelayServer server;
    private final RelayPlan plan;
    private final String realm;
    private final AccountQuotas quotas;
    private final PortPool ports;
    private final OwnAddresses addresses;

    private NodeRelay(
            RelayServer server,
            RelayPlan plan,
            String realm,
            AccountQuotas quotas,
            PortPool ports,
            OwnAddresses addresses) {
        this.server = server;
        this.plan = plan;
        this.realm = realm;
        this.quotas = quotas;
        this.ports = ports;
        this.addresses = addresses;
    }

    /**
     * What a relay works with beside its plan.
     *
     * @param realm 1 to 12 octets
     * @param keys choose the certificate of each TLS and DTLS handshake
     * @param services ports of this machine that peers never reach through the relay, beside the relay's own
     * @param relays where the cluster's relays have their relayed ports
     */
    public record Parts(
            String realm,
            Supplier<CredentialBook> book,
            Alternates alternates,
            RelayJournal journal,
            KeyManager keys,
            Set<Integer> services,
            Supplier<? extends Collection<RelayedPorts>> relays) {}

    /** Opens the ports; fails with words about the first that cannot be had. */
    public static CompletionStage<NodeRelay> start(RelayPlan plan, Parts parts) {
        TurnConfig config = plan.config();
        TurnConfig.Quotas limits = config.quotas();
        AccountQuotas quotas = new AccountQuotas(new AccountQuotas.Limits(
                limits.allocations(),
                limits.allocationsPerUser(),
                limits.allocationsPerAddress(),
                limits.bytesPerUser(),
                limits.bytes()));
        PortPool ports =
                new PortPool(config.relayPorts().first(), config.relayPorts().last(), new SecureRandom());
        BookCredentials credentials = new BookCredentials(parts.book(), parts.realm(), RelayClock.SYSTEM::epochMillis);
        NonceSecret nonces = new NonceSecret(new SecureRandom(), RelayClock.SYSTEM.nanos());
        RelaySettings settings = settings(plan, parts.realm());
        ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        try {
            Set<InetAddress> own = OwnAddresses.of(plan);
            PeerRules peers = peers(plan, parts, ports, own);
            return RelayServer.start(
                            net(plan),
                            TurnTls.of(parts.keys()),
                            (loop, sockets, neighbours, executor) -> new Relay.Parts(
                                    settings,
                                    sockets,
                                    ports,
                                    nonces,
                                    credentials,
                                    peers,
                                    quotas,
                                    parts.alternates(),
                                    neighbours,
                                    parts.journal(),
                                    RelayClock.SYSTEM,
                                    allocator))
                    .thenApply(server -> new NodeRelay(
                            server,
                            plan,
                            parts.realm(),
                            quotas,
                            ports,
                            OwnAddresses.watch(plan, own, peers::machineHas)));
        } catch (GeneralSecurityException | SSLException | org.trestle.node.shell.ConsoleException unusable) {
            return CompletableFuture.failedFuture(unusable);
        }
    }

    private static NetSettings net(RelayPlan plan) {
        List<Listener> listeners = new ArrayList<>();
        for (InetAddress address : plan.listen()) {
            InetSocketAddress usual = new InetSocketAddress(address, plan.port());
            listeners.add(new Listener(Kind.UDP, usual));
            listeners.add(new Listener(Kind.TCP, usual));
            if (plan.tlsPort() != 0 && plan.tlsPort() != plan.port()) {
                InetSocketAddress secured = new InetSocketAddress(address, plan.tlsPort());
                listeners.add(new Listener(Kind.TCP, secured));
                if (plan.config().dtls()) {
                    listeners.add(new Listener(Kind.UDP, secured));
                }
            }
        }
        TurnConfig.Limits limits = plan.config().limits();
        return new NetSettings(
                listeners,
                plan.relayIpv4(),
                plan.relayIpv6(),
                Runtime.getRuntime().availableProcessors(),
                NetSettings.DEFAULT_SOCKET_BUFFER,
                plan.config().icmp(),
                NetLimits.DEFAULTS.withConnections(limits.connections(), limits.connectionsPerAddress()),
                from -> plan.config().proxies().stream().anyMatch(network -> network.contains(from)));
    }

    private static RelaySettings settings(RelayPlan plan, String realm) {
        TurnConfig.Quotas limits = plan.config().quotas();
        return new RelaySettings(
                realm,
                told(plan, plan.relayIpv4()),
                told(plan, plan.relayIpv6()),
                DEFAULT_LIFETIME,
                MOST_LIFETIME,
                NONCE_LIFETIME,
                limits.permissions(),
                limits.channels(),
                CONNECTIONS_OF_AN_ALLOCATION,
                limits.bytesPerAllocation(),
                true,
                true,
                limits.challenges());
    }

    /** What clients are told as the address of relayed ports: the public one of the same family, else the relay's. */
    private static @Nullable TransportAddress told(RelayPlan plan, @Nullable InetAddress relay) {
        if (relay == null) {
            return null;
        }
        InetAddress outer = plan.publicAddress();
        if (outer != null && outer.getAddress().length == relay.getAddress().length) {
            return TransportAddress.of(outer, 0);
        }
        return TransportAddress.of(relay, 0);
    }

    private static PeerRules peers(RelayPlan plan, Parts parts, PortPool ports, Set<InetAddress> own) {
        TurnConfig config = plan.config();
        Set<Integer> listening = new HashSet<>(parts.services());
        listening.add(plan.port());
        listening.add(plan.tlsPort());
        listening.add(plan.sharedPort());
        return new PeerRules(
                new PeerRules.Settings(
                        config.allow().stream()
                                .map(network -> Range.of(network.toString()))
                                .toList(),
                        config.deny().stream()
                                .map(network -> Range.of(network.toString()))
                                .toList(),
                        config.loopbackPeers(),
                        own,
                        OwnAddresses.relayed(plan),
                        listening,
                        ports),
                parts.relays());
    }

    public RelayPlan plan() {
        return plan;
    }

    public String realm() {
        return realm;
    }

    public AccountQuotas quotas() {
        return quotas;
    }

    /** The relay range and how much of it is used. */
    public PortPool ports() {
        return ports;
    }

    /** How much of what it can take is taken, in percent: allocations or relayed ports, whichever there are fewer left of. */
    public int load() {
        return load(quotas.total(), quotas.most(), ports.inUse(), ports.size());
    }

    static int load(int allocations, int mostAllocations, int ports, int mostPorts) {
        long used = Math.max(100L * allocations / Math.max(1, mostAllocations), 100L * ports / Math.max(1, mostPorts));
        return (int) Math.min(100, used);
    }

    public List<RelayCounters> counters() {
        return server.relayCounters();
    }

    public List<NetCounters> netCounters() {
        return server.netCounters();
    }

    /** Connections of clients over TCP, TLS and DTLS that are open now. */
    public int connections() {
        return server.connections();
    }

    /** All allocations of this moment. */
    public CompletionStage<List<AllocationView>> allocations() {
        ConcurrentLinkedQueue<AllocationView> views = new ConcurrentLinkedQueue<>();
        return server.onEachRelay(relay -> relay.forEach(views::add)).thenApply(all -> List.copyOf(views));
    }

    public CompletionStage<RelayUsage> usage() {
        return allocations().thenApply(views -> RelayUsage.of(counters(), views));
    }

    /** Takes a connection over that a shared port has accepted: {@link RelayServer#adopt(Channel, RelayServer.Adopted)}. */
    public CompletionStage<Void> adopt(Channel channel, RelayServer.Adopted whose) {
        return server.adopt(channel, whose);
    }

    public CompletionStage<Void> stop(String why) {
        addresses.stop();
        return server.stop(why);
    }
}
