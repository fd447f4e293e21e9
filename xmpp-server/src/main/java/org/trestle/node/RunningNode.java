package org.trestle.node;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.accounts.Accounts;
import org.trestle.auth.callbridge.CallBridges;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Membership;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.node.ClusterNode;
import org.trestle.cluster.time.Timers;
import org.trestle.node.command.NodeControl;
import org.trestle.node.command.TurnControl;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.pki.FileArea;
import org.trestle.node.pki.PkiException;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.SharedSettings;
import org.trestle.node.shell.ConsoleException;

/** The node as the console sees it. Changes of the node itself happen one after the other, on one thread of its own. */
final class RunningNode implements NodeControl, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunningNode.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Parts parts;
    private final ExecutorService changes = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "node");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Subscription> subscriptions = new ArrayList<>();
    private volatile NodeState state;
    private volatile boolean ready;
    private volatile Timers.@Nullable Timer daily;

    /** What a node is made of. */
    record Parts(
            NodeConfig config,
            ClusterNode cluster,
            CallBridges callBridges,
            Accounts accounts,
            SharedSettings settings,
            FileArea files,
            NodeKeys keys,
            XmppService xmpp,
            TurnService turn,
            ClusterKey clusterKey,
            Timers timers) {}

    RunningNode(Parts parts, NodeState state) {
        this.parts = parts;
        this.state = state;
    }

    /** Opens XMPP when it is enabled, and follows the cluster from then on. */
    void begin() throws ConsoleException {
        if (state.enabled()) {
            parts.xmpp().start(state);
        }
        parts.turn().begin();
        subscriptions.add(parts.settings().watch(() -> later(this::reloadKeys)));
        daily = parts.timers().after(DAY, this::lookAfterKeys);
        subscriptions.add(parts.cluster().onServing(serves -> later(() -> serving(serves))));
    }

    private void serving(boolean serves) {
        if (!serves) {
            if (ready && parts.cluster().status().role() == Role.JOINING) {
                log.info("this node serves nobody while it changes its cluster");
            } else if (ready) {
                log.warn(
                        "NO QUORUM: this node has lost the majority of its cluster and serves nobody until it is back");
            }
            return;
        }
        parts.clusterKey().ensure().whenComplete((done, failed) -> {
            if (failed != null) {
                log.debug("the cluster's key is made later: {}", failed.getMessage());
            }
        });
        String domain = parts.config().domain();
        if (domain != null && parts.settings().domain() == null) {
            parts.settings().domain(domain).whenComplete((outcome, failed) -> {
                if (failed != null) {
                    log.warn(
                            "the domain {} could not be set: {}; type \"xmpp domain {}\"",
                            domain,
                            failed.getMessage(),
                            domain);
                }
            });
        }
        log.info(
                "READY node={} id={}",
                parts.config().node().name(),
                parts.cluster().self());
        ready = true;
    }

    /** A self-signed certificate is made anew before its end, and whoever has to renew another one is reminded. */
    private void lookAfterKeys() {
        if (!changes.isShutdown()) {
            later(this::reloadKeys);
            daily = parts.timers().after(DAY, this::lookAfterKeys);
        }
    }

    private void reloadKeys() {
        try {
            parts.keys().reload(state);
            parts.turn().refresh();
        } catch (PkiException unusable) {
            log.warn("certificates stay as they are: {}", unusable.getMessage());
        }
    }

    private void later(Runnable task) {
        try {
            changes.execute(task);
        } catch (RejectedExecutionException stopping) {
            log.debug("a change came while the node stops");
        }
    }

    @Override
    public void change(NodeState after) throws ConsoleException {
        inTurn(() -> {
            NodeState before = state;
            if (!after.equals(before)) {
                apply(before, after);
            } else if (after.enabled()) {
                parts.xmpp().start(after);
            }
            return null;
        });
    }

    private void apply(NodeState before, NodeState after) throws ConsoleException {
        try {
            parts.keys().reload(after);
        } catch (PkiException unusable) {
            throw new ConsoleException(unusable.getMessage() + "; nothing was changed", unusable);
        }
        parts.xmpp().listening(after);
        parts.turn().refresh();
        keep(after);
        log.info("changed by the console: {}", after.difference(before));
        try {
            serve(before, after);
        } catch (ConsoleException refused) {
            keep(before);
            if (before.enabled()) {
                parts.xmpp().start(before);
            }
            throw new ConsoleException(refused.getMessage() + "; this node goes on as before", refused);
        }
    }

    private void serve(NodeState before, NodeState after) throws ConsoleException {
        if (!after.enabled() || !after.listen().equals(before.listen())) {
            parts.xmpp().stop();
        }
        if (after.enabled()) {
            parts.xmpp().start(after);
        }
        if (!after.turn().equals(before.turn())) {
            parts.turn().change(after.turn());
        }
    }

    private void keep(NodeState now) throws ConsoleException {
        try {
            now.write(parts.config().data());
            state = now;
        } catch (IOException unwritable) {
            throw new ConsoleException(
                    "the node's state cannot be written in " + parts.config().data() + ": " + unwritable.getMessage(),
                    unwritable);
        }
    }

    @Override
    public void restart() throws ConsoleException {
        inTurn(() -> {
            parts.xmpp().stop();
            reloadKeys();
            parts.xmpp().start(state);
            return null;
        });
    }

    @Override
    public void drain(@Nullable String host) throws ConsoleException {
        inTurn(() -> {
            parts.xmpp().sendElsewhere(host);
            log.info(host == null ? "clients are taken again" : "clients are sent to {}", host);
            return null;
        });
    }

    private void inTurn(Callable<Void> change) throws ConsoleException {
        try {
            changes.submit(change).get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ConsoleException refused) {
                throw refused;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException | RejectedExecutionException stopping) {
            throw new ConsoleException("this node is stopping", stopping);
        }
    }

    @Override
    public int maxSessions() {
        return parts.config().limits().sessionsPerUser();
    }

    @Override
    public Serving serving() {
        return parts.xmpp().serving(state, parts.keys().own(), parts.settings(), parts.cluster()::serving);
    }

    @Override
    public Cluster cluster() {
        return parts.cluster();
    }

    @Override
    public Membership membership() {
        return parts.cluster();
    }

    @Override
    public CallBridges callBridges() {
        return parts.callBridges();
    }

    @Override
    public Accounts accounts() {
        return parts.accounts();
    }

    @Override
    public SharedSettings settings() {
        return parts.settings();
    }

    @Override
    public FileArea files() {
        return parts.files();
    }

    @Override
    public TurnControl turn() {
        return parts.turn();
    }

    @Override
    public NodeState state() {
        return state;
    }

    @Override
    public void close() throws ConsoleException {
        subscriptions.forEach(Subscription::close);
        Timers.Timer planned = daily;
        if (planned != null) {
            planned.cancel();
        }
        changes.shutdown();
        try {
            if (!changes.awaitTermination(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                changes.shutdownNow();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        try {
            parts.turn().close();
        } finally {
            parts.xmpp().stop();
        }
    }
}
