package org.trestle.cluster.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.membership.CrashPoint;
import org.trestle.cluster.membership.FrontDesk;
import org.trestle.cluster.membership.Hello;
import org.trestle.cluster.membership.Host;
import org.trestle.cluster.membership.Places;
import org.trestle.cluster.membership.Rows;
import org.trestle.cluster.membership.Trust;
import org.trestle.cluster.state.ClusterState;
import org.trestle.cluster.state.StateDirectory;
import org.trestle.cluster.state.StateNodes;
import org.trestle.cluster.state.StateTables;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.TlsCredential;

/** The node as its procedures see it: one life at a time, and what outlives them. */
final class NodeHost implements Host {
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Parts parts;
    private final FrontDesk desk;
    private final Directory directory;
    private final SecureRandom random = new SecureRandom();
    private volatile Supplier<@Nullable TlsCredential> services = () -> null;
    private volatile @Nullable Life life;
    private volatile @Nullable NodeId last;
    private volatile @Nullable String notice;

    NodeHost(
            ClusterSettings settings,
            EventLoop loop,
            Timers timers,
            LogEngine engine,
            MeterRegistry metrics,
            Links links,
            Executor files,
            CrashPoint crashes) {
        ClusterState state = new ClusterState();
        StateTables tables = new StateTables(state, this::log, this::appliedEverywhere);
        desk = new FrontDesk(this, crashes);
        parts = new Parts(
                settings,
                new Places(settings.data()),
                engine,
                links,
                timers,
                loop,
                files,
                metrics,
                state,
                tables,
                new StateNodes(this::log),
                new Trust(tables, () -> services.get(), this::credential),
                new LiveBus(),
                new ServingBoard(loop));
        directory = new StateDirectory(state, this::log, this::self, this::appliedEverywhere);
    }

    Parts parts() {
        return parts;
    }

    Directory directory() {
        return directory;
    }

    private @Nullable TlsCredential credential() {
        Life now = life;
        return now == null ? null : now.credential();
    }

    void services(Supplier<@Nullable TlsCredential> certificate) {
        services = certificate;
    }

    private CompletionStage<Void> appliedEverywhere(long index) {
        Life now = life;
        return now == null
                ? CompletableFuture.failedFuture(new ClusterUnavailableException("this node is changing its cluster"))
                : now.liveness().appliedEverywhere(index);
    }

    @Override
    public Path data() {
        return parts.settings().data();
    }

    @Override
    public NodeId self() {
        Life now = life;
        NodeId known = now == null ? last : now.self();
        if (known == null) {
            throw new IllegalStateException("the node is not open yet");
        }
        return known;
    }

    @Override
    public String authority() {
        Life now = life;
        return now == null ? "" : now.authority();
    }

    @Override
    public String name() {
        return parts.settings().name();
    }

    @Override
    public NodeAddress cluster() {
        return parts.settings().cluster();
    }

    @Override
    public NodeAddress client() {
        return parts.settings().client();
    }

    @Override
    public ClusterStatus status() {
        return StatusView.of(parts, life, self(), notice);
    }

    @Override
    public Tables tables() {
        return parts.tables();
    }

    @Override
    public Set<String> tableNames() {
        return parts.state().tableNames();
    }

    @Override
    public ReplicatedLog log() {
        Life now = life;
        return now == null ? NoLog.INSTANCE : now.log();
    }

    @Override
    public Timers timers() {
        return parts.timers();
    }

    @Override
    public SecureRandom random() {
        return random;
    }

    @Override
    public Executor files() {
        return parts.files();
    }

    @Override
    public CompletionStage<byte[]> ask(NodeId member, String subject, byte[] body) {
        Life now = life;
        return now == null
                ? CompletableFuture.failedFuture(new ClusterUnavailableException("this node is changing its cluster"))
                : now.transport().request(member, subject, body, ANSWER);
    }

    @Override
    public CompletionStage<Void> forget(NodeId node) {
        return parts.nodes().gone(node).thenAccept(result -> {});
    }

    @Override
    public CompletionStage<Void> serving(Duration patience) {
        CompletableFuture<Void> serves = new CompletableFuture<>();
        Subscription listening = parts.serving().listen(now -> {
            if (now) {
                serves.complete(null);
            }
        });
        Timers.Timer timer = parts.timers()
                .after(
                        patience,
                        () -> serves.completeExceptionally(
                                new TimeoutException("this node does not serve after " + patience.toSeconds() + " s")));
        return serves.whenComplete((done, late) -> {
            timer.cancel();
            listening.close();
        });
    }

    @Override
    public CompletionStage<Void> stop() {
        Life now = life;
        if (now == null) {
            return CompletableFuture.completedFuture(null);
        }
        last = now.self();
        life = null;
        return now.close();
    }

    @Override
    public CompletionStage<Void> start(LogEngine.Start how) {
        if (life != null) {
            return CompletableFuture.completedFuture(null);
        }
        return Life.open(parts, desk, how).thenAccept(opened -> life = opened);
    }

    @Override
    public Collection<NodeId> others() {
        List<NodeId> others = new ArrayList<>();
        for (LogStatus.Member member : log().status().members()) {
            if (!member.id().equals(self())) {
                others.add(member.id());
            }
        }
        return others;
    }

    /** Tells the others where this node is, when that is not where they look for it; completes also when nobody hears. */
    CompletionStage<Void> sayWhere() {
        Life now = life;
        Hello.Member me = new Hello.Member(self(), name(), cluster(), client());
        if (now == null || !now.moved(me)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletionStage<byte[]> said =
                CompletableFuture.failedFuture(new ClusterUnavailableException("nobody to tell"));
        for (NodeId other : others()) {
            said = said.exceptionallyCompose(failure -> ask(other, FrontDesk.MOVED, FrontDesk.moved(me)));
        }
        return said.handle((heard, failure) -> null);
    }

    /** This node serves, so the log has its addresses: what was said beside the log is done with. */
    void settled() {
        Change done = Rows.settled(tables(), self());
        if (!done.ops().isEmpty()) {
            tables().commit(done);
        }
    }

    @Override
    public void notice(@Nullable String words) {
        notice = words;
    }
}
