package org.trestle.node;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.time.Timers;
import org.trestle.node.command.TurnControl;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.pki.FileArea;
import org.trestle.node.pki.PkiException;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.ClusterRelays;
import org.trestle.node.turn.NodeRelay;
import org.trestle.node.turn.RelayPlan;
import org.trestle.node.turn.RelayProbes;
import org.trestle.node.turn.TurnTables;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.journal.RelayUsage;
import org.trestle.turn.net.NetCounters;
import org.trestle.turn.net.RelayServer;
import org.trestle.turn.relay.RelayCounters;
import org.trestle.turn.relay.Transport;

/** The TURN relay on this node as the rest of the node sees it; {@link TurnSwitch} changes it. */
final class TurnService implements TurnControl {
    private static final Logger log = LoggerFactory.getLogger(TurnService.class);

    /** The realm until the cluster has one. */
    static final String REALM = "trestle";

    private final Parts parts;
    private final TurnConfig config;
    private final RelayJournal journal = new RelayJournal(System::currentTimeMillis);
    private final TurnIdentity identity;
    private final TurnStart starts;
    private final TurnSwitch relay;
    private final Subscription realms;

    /**
     * What it works with.
     *
     * @param fallback the node's own identity, which TLS uses when there is no other
     */
    record Parts(
            NodeConfig config,
            Cluster cluster,
            TurnTables tables,
            ClusterRelays relays,
            FileArea files,
            Supplier<ServerIdentity> fallback,
            Timers timers) {}

    TurnService(Parts parts, NodeState state) throws PkiException {
        this.parts = parts;
        this.config = parts.config().turn();
        this.identity = new TurnIdentity(config, parts.files(), parts.fallback(), state.turn());
        this.starts = new TurnStart(parts, identity, journal);
        this.relay = new TurnSwitch(parts, starts, identity, this::realm, state.turn());
        this.realms = parts.tables().watchRealm(() -> relay.later(relay::refresh));
    }

    /** Starts with the node. */
    void begin() {
        relay.begin();
        parts.relays().begin(relay::relay, () -> relay.draining().draining(), identity::name);
    }

    /** Brings the relay to {@code after}; when that fails it is as it was. */
    void change(TurnState after) throws ConsoleException {
        relay.change(after);
        tell();
    }

    /** Waits until the other nodes can read what has changed, for a bounded time: they are told later otherwise. */
    private void tell() {
        try {
            TurnStart.await(parts.relays().changed());
        } catch (ConsoleException late) {
            log.debug("the cluster is told of the relay later: {}", late.getMessage());
        }
    }

    /** The node has other certificates, or the cluster another realm. */
    void refresh() {
        relay.refresh();
    }

    /** Ends with the node; waits for allocations as long as the configuration says. */
    void close() throws ConsoleException {
        relay.finish();
        realms.close();
        relay.noMore();
        parts.relays().close();
        relay.close();
        parts.tables().close();
    }

    @Override
    public boolean enabled() {
        return relay.enabled();
    }

    @Override
    public void drain(Duration deadline) throws ConsoleException {
        relay.drain(deadline);
        tell();
    }

    @Override
    public void resume() throws ConsoleException {
        relay.resume();
        tell();
    }

    @Override
    public void restart() throws ConsoleException {
        relay.restart();
        tell();
    }

    @Override
    public TurnTables shared() {
        return parts.tables();
    }

    @Override
    public String realm() {
        String shared = parts.tables().realm();
        if (shared != null) {
            return shared;
        }
        return config.realm() == null ? REALM : config.realm();
    }

    @Override
    public RelayJournal journal() {
        return journal;
    }

    @Override
    public RelayUsage usage() throws ConsoleException {
        NodeRelay running = relay.relay();
        return running == null ? RelayUsage.NONE : TurnStart.await(running.usage());
    }

    @Override
    public List<Known> relays() {
        List<Known> known = new ArrayList<>();
        parts.relays().all().forEach(each -> known.add(new Known(each.relay(), each.name(), each.alive())));
        return known;
    }

    @Override
    public List<RelayProbes.Probed> probe(String from, String to) throws ConsoleException {
        return new RelayProbes(parts.relays(), parts.tables(), parts.timers()::now, new SecureRandom()).run(from, to);
    }

    @Override
    public Instant now() {
        return parts.timers().now();
    }

    @Override
    public Relaying relaying() {
        NodeRelay running = relay.relay();
        RelayPlan plan = running == null ? planOrNull() : running.plan();
        InetAddress relayed = plan == null ? null : plan.relayIpv4() == null ? plan.relayIpv6() : plan.relayIpv4();
        InetAddress outer = plan == null ? null : plan.publicAddress();
        ServerIdentity shown = identity.now();
        return new Relaying(
                running != null,
                words(running),
                plan == null ? List.of() : plan.words(),
                relayed == null ? null : relayed.getHostAddress(),
                outer == null ? null : outer.getHostAddress(),
                config.port(),
                plan == null ? config.tlsPort() : plan.tlsPort(),
                plan == null ? 0 : plan.sharedPort(),
                config.relayPorts().first() + "-" + config.relayPorts().last(),
                shown.keyFile(),
                shown.certificateFile(),
                shown.bundleFile(),
                running == null ? 0 : running.quotas().total(),
                running == null ? null : relay.draining().deadline());
    }

    private @Nullable RelayPlan planOrNull() {
        try {
            return starts.plan(relay.state());
        } catch (ConsoleException unusable) {
            return null;
        }
    }

    private String words(@Nullable NodeRelay running) {
        if (running != null) {
            return relay.draining().draining()
                    ? "TURN server running, but it takes no new allocations: "
                            + running.quotas().total() + " remain"
                    : "TURN server running";
        }
        if (!relay.enabled()) {
            return "TURN server not running (disabled; \"turn enable\" starts it)";
        }
        String why = relay.failure();
        return "TURN server not running" + (why == null ? "; \"turn enable\" starts it" : ": " + why);
    }

    /** Takes a connection over that a shared port has accepted; null while the relay does not run. */
    @Nullable
    CompletionStage<Void> adopt(Channel channel, RelayServer.Adopted whose) {
        NodeRelay running = relay.relay();
        return running == null ? null : running.adopt(channel, whose);
    }

    /** What clients of the relay are shown over TLS. */
    TurnIdentity identity() {
        return identity;
    }

    /** The address that clients of the relay come to; null while it does not run. */
    @Nullable
    InetAddress reached() {
        NodeRelay running = relay.relay();
        return running == null ? null : running.plan().reached();
    }

    /** Counters for the node's meters; none while it does not run. */
    List<RelayCounters> counters() {
        NodeRelay running = relay.relay();
        return running == null ? List.of() : running.counters();
    }

    /** Counters of the relay's sockets, for the node's meters; none while it does not run. */
    List<NetCounters> netCounters() {
        NodeRelay running = relay.relay();
        return running == null ? List.of() : running.netCounters();
    }

    /** Allocations now whose clients come over this transport, for the node's meters. */
    long allocations(Transport transport) {
        return counters().stream().mapToLong(loop -> loop.get(transport)).sum();
    }

    /** Connections of clients over TCP, TLS and DTLS, for the node's meters. */
    int connections() {
        NodeRelay running = relay.relay();
        return running == null ? 0 : running.connections();
    }
}
