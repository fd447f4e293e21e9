package org.trestle.node;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
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
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.ClusterRelays;
import org.trestle.node.turn.Drain;
import org.trestle.node.turn.NodeRelay;
import org.trestle.node.turn.RelayAddresses;
import org.trestle.node.turn.RelayPlan;
import org.trestle.node.turn.RelayProbes;
import org.trestle.node.turn.TurnTables;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.journal.RelayUsage;

/** The TURN relay on this node: on or off, and where. Changed by one thread at a time, which may block. */
final class TurnService implements TurnControl {
    private static final Logger log = LoggerFactory.getLogger(TurnService.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The realm until the cluster has one. */
    static final String REALM = "trestle";

    private final Parts parts;
    private final TurnConfig config;
    private final RelayJournal journal = new RelayJournal(System::currentTimeMillis);
    private final Drain drain;
    private final ServerKeys keys;

    /** Held while the relay is changed; nothing on an event loop ever takes it. */
    private final ReentrantLock order = new ReentrantLock();

    private final ExecutorService later = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "turn-changes");
        thread.setDaemon(true);
        return thread;
    });
    private final Subscription realms;
    private volatile ServerIdentity identity;
    private volatile TurnState state;
    private volatile @Nullable NodeRelay relay;
    private volatile @Nullable String failure;

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
        this.state = state.turn();
        this.identity = identity(state.turn());
        this.keys = new ServerKeys(identity);
        this.drain = new Drain(parts.timers(), parts.relays(), () -> later(this::stopDrained));
        this.realms = parts.tables().watchRealm(() -> later(this::refresh));
    }

    private void later(Runnable task) {
        try {
            later.execute(task);
        } catch (RejectedExecutionException stopping) {
            log.debug("a change of the relay came while the node stops");
        }
    }

    /** A change of the relay. */
    @FunctionalInterface
    private interface Step {
        void take() throws ConsoleException;
    }

    private void inOrder(Step step) throws ConsoleException {
        order.lock();
        try {
            step.take();
        } finally {
            order.unlock();
        }
    }

    /** Starts with the node; a port that is taken keeps the relay off, and nothing else. */
    void begin() {
        if (enabled(state)) {
            try {
                inOrder(() -> start(state));
            } catch (ConsoleException refused) {
                log.error(
                        "the TURN relay does not start: {}; XMPP goes on. \"turn enable\" tries again",
                        refused.getMessage());
            }
        }
        parts.relays().begin(this::relay, drain::draining);
    }

    private @Nullable NodeRelay relay() {
        return relay;
    }

    @Override
    public boolean enabled() {
        return enabled(state);
    }

    private boolean enabled(TurnState now) {
        return now.enabled() == null ? config.enabled() : now.enabled();
    }

    /** Brings the relay to {@code after}; when that fails it is as it was. */
    void change(TurnState after) throws ConsoleException {
        inOrder(() -> changeTo(after));
    }

    private void changeTo(TurnState after) throws ConsoleException {
        TurnState before = state;
        certificates(after);
        boolean moves = !Objects.equals(before.listen(), after.listen())
                || !Objects.equals(before.tlsPort(), after.tlsPort())
                || !Objects.equals(before.publicAddress(), after.publicAddress());
        if (moves) {
            plan(after);
            stop("the relay moves to other addresses");
        }
        state = after;
        if (!enabled(after)) {
            return;
        }
        try {
            start(after);
        } catch (ConsoleException refused) {
            state = before;
            if (enabled(before)) {
                start(before);
            }
            throw refused;
        }
    }

    private void certificates(TurnState after) throws ConsoleException {
        try {
            identity = identity(after);
            keys.replace(identity, java.util.Map.of());
        } catch (PkiException unusable) {
            throw new ConsoleException(unusable.getMessage() + "; nothing was changed", unusable);
        }
    }

    /** The node has other certificates, or the cluster another realm. */
    void refresh() {
        try {
            inOrder(() -> {
                certificates(state);
                NodeRelay running = relay;
                if (running != null && !running.realm().equals(realm())) {
                    log.info("the realm is {} now: the relay starts anew", realm());
                    stop("the realm has changed");
                    start(state);
                }
            });
        } catch (ConsoleException unusable) {
            log.warn("the TURN relay stays as it is: {}", unusable.getMessage());
        }
    }

    private ServerIdentity identity(TurnState now) throws PkiException {
        NodeState.Certificate installed = now.certificate();
        if (installed != null) {
            return NodeKeys.installed(parts.files(), installed);
        }
        ServerIdentity configured = NodeKeys.configured(config.tls());
        return configured == null ? parts.fallback().get() : configured;
    }

    private RelayPlan plan(TurnState now) throws ConsoleException {
        return RelayAddresses.plan(
                config,
                now,
                parts.config().listen().address(),
                parts.config().node().client().host(),
                words -> Listening.of(words).addresses());
    }

    private void start(TurnState now) throws ConsoleException {
        if (relay != null) {
            return;
        }
        try {
            RelayPlan plan = plan(now);
            check(plan);
            NodeConfig.Listen listen = parts.config().listen();
            relay = await(NodeRelay.start(
                    plan,
                    new NodeRelay.Parts(
                            realm(),
                            parts.tables()::book,
                            drain,
                            journal,
                            keys,
                            Set.of(listen.client(), listen.component(), listen.cluster()),
                            parts.relays()::addresses)));
            failure = null;
            log.info(
                    "TURN relay on {} port {}{}, relayed ports {}-{}",
                    plan.words(),
                    plan.port(),
                    plan.tlsPort() == 0 ? "" : ", TLS " + plan.tlsPort(),
                    config.relayPorts().first(),
                    config.relayPorts().last());
        } catch (ConsoleException refused) {
            failure = String.valueOf(refused.getMessage());
            throw refused;
        }
    }

    /** Whether all ports are free; the words say who has one. */
    static void check(RelayPlan plan) throws ConsoleException {
        List<Ports.Port> ports = new ArrayList<>();
        for (InetAddress address : plan.listen()) {
            ports.add(new Ports.Port("TURN", address, plan.port(), "trestle.turn.port"));
            if (plan.tlsPort() != 0 && plan.tlsPort() != plan.port()) {
                ports.add(new Ports.Port("TURN over TLS", address, plan.tlsPort(), "trestle.turn.tls-port"));
            }
        }
        try {
            Ports.check(ports);
            Ports.checkDatagrams(ports);
        } catch (StartException taken) {
            throw new ConsoleException(String.valueOf(taken.getMessage()), taken);
        }
    }

    private void stop(String why) throws ConsoleException {
        NodeRelay running = relay;
        if (running != null) {
            relay = null;
            await(running.stop(why));
            log.info("the TURN relay has stopped: {}", why);
        }
    }

    private void stopDrained() {
        try {
            inOrder(() -> {
                if (drain.draining()) {
                    stop("drained");
                }
            });
        } catch (ConsoleException stuck) {
            log.warn("the TURN relay did not stop in good order: {}", stuck.getMessage());
        }
    }

    @Override
    public void drain(Duration deadline) throws ConsoleException {
        inOrder(() -> drainUntil(deadline));
    }

    private void drainUntil(Duration deadline) throws ConsoleException {
        NodeRelay running = relay;
        if (running == null) {
            return;
        }
        if (deadline.isZero() || running.quotas().total() == 0) {
            drain.begin(running, Duration.ZERO);
            stop("disabled");
            return;
        }
        log.info(
                "the TURN relay takes no new allocations; {} remain",
                running.quotas().total());
        drain.begin(running, deadline);
    }

    @Override
    public void resume() throws ConsoleException {
        inOrder(() -> {
            drain.end();
            start(state);
        });
    }

    @Override
    public void restart() throws ConsoleException {
        inOrder(() -> {
            stop("restarted");
            drain.end();
            start(state);
        });
    }

    /** Ends with the node; waits for allocations as long as the configuration says. */
    void close() throws ConsoleException {
        NodeRelay running = relay;
        if (running != null && !config.drain().isZero() && running.quotas().total() > 0) {
            log.info(
                    "waiting up to {} s for {} allocations to end",
                    config.drain().toSeconds(),
                    running.quotas().total());
            CountDownLatch over = new CountDownLatch(1);
            Drain waiting = new Drain(parts.timers(), parts.relays(), over::countDown);
            drain.begin(running, config.drain());
            waiting.begin(running, config.drain());
            try {
                over.await(config.drain().toMillis() + PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
            waiting.end();
        }
        realms.close();
        later.shutdownNow();
        parts.relays().close();
        inOrder(() -> stop("the node stops"));
        parts.tables().close();
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
        NodeRelay running = relay;
        return running == null ? RelayUsage.NONE : await(running.usage());
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
        NodeRelay running = relay;
        RelayPlan plan = running == null ? planOrNull() : running.plan();
        InetAddress relayed = plan == null ? null : plan.relayIpv4() == null ? plan.relayIpv6() : plan.relayIpv4();
        InetAddress outer = plan == null ? null : plan.publicAddress();
        return new Relaying(
                running != null,
                words(running),
                plan == null ? List.of() : plan.words(),
                relayed == null ? null : relayed.getHostAddress(),
                outer == null ? null : outer.getHostAddress(),
                config.port(),
                plan == null ? config.tlsPort() : plan.tlsPort(),
                config.relayPorts().first() + "-" + config.relayPorts().last(),
                identity.keyFile(),
                identity.certificateFile(),
                identity.bundleFile(),
                running == null ? 0 : running.quotas().total(),
                running == null ? null : drain.deadline());
    }

    private @Nullable RelayPlan planOrNull() {
        try {
            return plan(state);
        } catch (ConsoleException unusable) {
            return null;
        }
    }

    private String words(@Nullable NodeRelay running) {
        String why = failure;
        if (running != null) {
            return drain.draining()
                    ? "TURN server running, but it takes no new allocations: "
                            + running.quotas().total() + " remain"
                    : "TURN server running";
        }
        if (!enabled(state)) {
            return "TURN server not running (disabled; \"turn enable\" starts it)";
        }
        return "TURN server not running" + (why == null ? "; \"turn enable\" starts it" : ": " + why);
    }

    /** Counters for the node's meters; none while it does not run. */
    List<org.trestle.turn.relay.RelayCounters> counters() {
        NodeRelay running = relay;
        return running == null ? List.of() : running.counters();
    }

    /** Allocations now, for the node's meters. */
    int allocations() {
        NodeRelay running = relay;
        return running == null ? 0 : running.quotas().total();
    }

    /** Connections of clients over TCP, TLS and DTLS, for the node's meters. */
    int connections() {
        NodeRelay running = relay;
        return running == null ? 0 : running.connections();
    }

    private static <T> T await(CompletionStage<T> stage) throws ConsoleException {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new ConsoleException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        } catch (TimeoutException late) {
            throw new ConsoleException(
                    "the relay did not answer within " + PATIENCE.toSeconds() + " s; type \"turn restart\"", late);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ConsoleException("this node is stopping", stopping);
        }
    }
}
