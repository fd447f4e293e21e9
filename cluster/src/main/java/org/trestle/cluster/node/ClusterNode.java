package org.trestle.cluster.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.Membership;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeBus;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.StateFingerprint;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogException;
import org.trestle.cluster.membership.Commands;
import org.trestle.cluster.membership.CrashPoint;
import org.trestle.cluster.membership.Recovery;
import org.trestle.cluster.membership.Rows;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.TlsCredential;

/**
 * One node of a cluster, running. It stays the same object while the node joins or leaves a cluster: its tables,
 * directory and bus then speak for the new cluster, and those who listen are told the differences.
 */
public final class ClusterNode implements Cluster, Membership {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

    /** How long opening a stand-alone node waits for it to serve. */
    private static final Duration ALONE = Duration.ofSeconds(5);

    /** How often a node that serves nobody asks whether it still belongs to its cluster. */
    private static final Duration STANDING = Duration.ofSeconds(2);

    private final Parts parts;
    private final NodeHost host;
    private final Commands commands;
    private final ExecutorService files;
    private volatile boolean closed;

    private ClusterNode(Parts parts, NodeHost host, ExecutorService files, CrashPoint crashes) {
        this.parts = parts;
        this.host = host;
        this.files = files;
        this.commands = new Commands(host, parts.links().guests(), parts.trust(), crashes);
    }

    /**
     * Opens the node in its data directory: a new one becomes a stand-alone node, which is a cluster of one; one that was
     * stopped in the middle of joining or leaving goes on, or goes back, and says which. Fails with a
     * {@link LogException} that names what cannot be used.
     *
     * @param loops the loops of the connections between nodes; none is ever blocked
     * @param loop one of them, which runs this node's decisions; best the one that has the timers, because what they begin
     *     is mostly a decision
     */
    public static CompletionStage<ClusterNode> open(
            ClusterSettings settings,
            EventLoopGroup loops,
            EventLoop loop,
            Timers timers,
            LogEngine engine,
            MeterRegistry metrics) {
        return open(settings, loop, timers, engine, metrics, new NettyLinks(loops, timers, metrics), CrashPoint.NONE);
    }

    static CompletionStage<ClusterNode> open(
            ClusterSettings settings,
            EventLoop loop,
            Timers timers,
            LogEngine engine,
            MeterRegistry metrics,
            Links links,
            CrashPoint crashes) {
        ExecutorService files = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "cluster-files-" + settings.name());
            thread.setDaemon(true);
            return thread;
        });
        NodeHost host = new NodeHost(settings, loop, timers, engine, metrics, links, files, crashes);
        ClusterNode node = new ClusterNode(host.parts(), host, files, crashes);
        CompletionStage<ClusterNode> opened = CompletableFuture.supplyAsync(() -> node.prepare(), files)
                .thenCompose(host::start)
                .thenCompose(open -> node.begin());
        return opened.exceptionallyCompose(failure -> node.close()
                .handle((done, second) -> failure)
                .thenCompose(cause -> CompletableFuture.failedFuture(asLogException(cause))));
    }

    private static LogException asLogException(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof LogException)) {
            cause = cause.getCause();
        }
        return cause instanceof LogException known
                ? known
                : new LogException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
    }

    private LogEngine.Start prepare() {
        try {
            return Recovery.prepare(parts.settings().data(), parts.timers(), host.random());
        } catch (IOException unusable) {
            throw new java.io.UncheckedIOException(unusable);
        }
    }

    private CompletionStage<ClusterNode> begin() {
        parts.serving().listen(serves -> {
            if (serves) {
                parts.files().execute(this::keepAuthority);
                parts.files().execute(host::settled);
            }
        });
        host.sayWhere();
        watchStanding();
        CompletionStage<Void> resumed = commands.resume().exceptionally(failure -> {
            LOG.warn("{}", failure.getMessage());
            return null;
        });
        boolean alone = host.others().isEmpty();
        if (!alone) {
            return CompletableFuture.completedFuture(this);
        }
        return host.serving(ALONE).handle((serves, late) -> this).thenCombine(resumed, (node, done) -> node);
    }

    /** Puts the authority that this node founded into the log, where it outlives this node. */
    private void keepAuthority() {
        if (!parts.places().founding()) {
            return;
        }
        try {
            byte[] authority = parts.places().founder();
            parts.tables()
                    .commit(Change.of()
                            .put(Rows.TABLE, Rows.CA, authority, Change.ABSENT)
                            .build())
                    .whenCompleteAsync(
                            (outcome, failure) -> {
                                if (failure == null) {
                                    forgetFounder();
                                }
                            },
                            parts.files());
        } catch (IOException unreadable) {
            LOG.error("the cluster's authority cannot be read: {}", unreadable.getMessage());
        }
    }

    private void forgetFounder() {
        try {
            parts.places().founded();
        } catch (IOException failure) {
            LOG.warn("a file of the first start stays: {}", failure.getMessage());
        }
    }

    private void watchStanding() {
        parts.timers().after(STANDING, () -> {
            if (closed) {
                return;
            }
            CompletionStage<Boolean> checked = serving() || host.others().isEmpty()
                    ? CompletableFuture.completedFuture(false)
                    : host.sayWhere().thenCompose(said -> commands.checkStanding());
            checked.whenComplete((done, failure) -> watchStanding());
        });
    }

    @Override
    public NodeId self() {
        return host.self();
    }

    @Override
    public StateFingerprint fingerprint() {
        return parts.state().fingerprint();
    }

    @Override
    public Tables tables() {
        return parts.tables();
    }

    @Override
    public Directory directory() {
        return host.directory();
    }

    @Override
    public NodeBus bus() {
        return parts.bus();
    }

    @Override
    public ClusterStatus status() {
        return host.status();
    }

    @Override
    public boolean serving() {
        return parts.serving().serving();
    }

    @Override
    public Subscription onServing(Consumer<Boolean> listener) {
        return parts.serving().listen(listener);
    }

    @Override
    public CompletionStage<Void> initialize(Consumer<String> progress) {
        return commands.initialize(progress);
    }

    @Override
    public CompletionStage<Invitation> invite(Duration validity) {
        return commands.invite(validity);
    }

    @Override
    public CompletionStage<Void> join(NodeAddress member, String token, boolean force, Consumer<String> progress) {
        return commands.join(member, token, force, progress);
    }

    @Override
    public CompletionStage<Void> leave(boolean force, Consumer<String> progress) {
        return commands.leave(force, progress);
    }

    @Override
    public CompletionStage<Void> remove(NodeId node, boolean force, Consumer<String> progress) {
        return commands.remove(node, force, progress);
    }

    @Override
    public List<Former> former() {
        return commands.former();
    }

    @Override
    public CompletionStage<Void> trust(String bundle) {
        return commands.trust(bundle);
    }

    /**
     * The certificate of this node's services ({@code xmpp certs}), asked each time: a trust bundle made of those, as the
     * older product wants it, lets nodes join without a token.
     */
    public void services(Supplier<@Nullable TlsCredential> certificate) {
        host.services(certificate);
    }

    /** Stops this node in good order: it serves no more, and everything acknowledged is on disk. */
    public CompletionStage<Void> close() {
        closed = true;
        return host.stop().whenComplete((done, failure) -> {
            parts.links().close();
            files.shutdown();
        });
    }
}
