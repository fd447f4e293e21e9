package org.trestle.cluster.liveness;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerTransport;

/**
 * Judges whether this node may serve, and, on the leader, which members are lost.
 *
 * <p>A node serves while it has heard from a quorum within the lease and its announced run is not ended. The leader
 * declares a member lost when it was silent for lease and margin, or at once when nothing listens at its address any
 * more. All decisions are made on one executor; questions may come from any thread.
 */
public final class Liveness implements AutoCloseable {
    /** To a node that serves nobody, a member that missed this many pings is not up. */
    private static final int PINGS_TO_BE_UP = 3;

    private static final int LOOKS_IN_A_LEASE = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Liveness.class);
    private static final String APPLIED = "applied";
    private static final long NONE = 0;

    private final PeerTransport transport;
    private final ReplicatedLog log;
    private final MemberView members;
    private final Announcer announcer;
    private final Lease lease;
    private final Timers timers;
    private final Executor loop;
    private final Pings pings;
    private final AppliedEverywhere appliedEverywhere;
    private final List<Consumer<Boolean>> listeners = new ArrayList<>();
    private final Map<NodeId, Run> runs = new HashMap<>();
    private final Map<NodeId, Long> declaring = new HashMap<>();
    private final AtomicBoolean telling = new AtomicBoolean();
    private final AtomicLong applied = new AtomicLong();
    private final Subscription changes;
    private final Subscription refusals;
    private volatile boolean serving;
    private volatile boolean closed;
    private volatile long run = NONE;
    private volatile long lastQuorum;
    private volatile boolean knownToLead;
    private boolean announcing;
    private boolean heardQuorum;
    private long gaps;
    private long leadingSince;
    private boolean leading;
    private Timers.@Nullable Timer tick;
    private Timers.@Nullable Timer round;

    /** A run of another member, and when this node, as leader, first saw it: older silence does not count against it. */
    private record Run(long epoch, long since) {}

    private Liveness(
            PeerTransport transport,
            ReplicatedLog log,
            MemberView members,
            Announcer announcer,
            Lease lease,
            Timers timers,
            Executor loop) {
        this.transport = transport;
        this.log = log;
        this.members = members;
        this.announcer = announcer;
        this.lease = lease;
        this.timers = timers;
        this.loop = loop;
        appliedEverywhere =
                new AppliedEverywhere(timers, lease.lease(), lease.ping().dividedBy(4), this::everywhere);
        pings = new Pings(
                transport, members, timers, lease.ping().multipliedBy(4), applied::get, () -> loop.execute(this::news));
        transport.onTold(APPLIED, this::told);
        applied.set(log.status().appliedIndex());
        lastQuorum = timers.nanos();
        changes = log.onChange(this::logChanged);
        refusals = transport.onRefused(node -> {
            pings.refused(node);
            loop.execute(this::news);
        });
    }

    /** Begins to ping, to judge, and to announce this node's run; {@code loop} runs one task at a time, in order. */
    public static Liveness start(
            PeerTransport transport,
            ReplicatedLog log,
            MemberView members,
            Announcer announcer,
            Lease lease,
            Timers timers,
            Executor loop) {
        Liveness liveness = new Liveness(transport, log, members, announcer, lease, timers, loop);
        loop.execute(() -> {
            liveness.keepAsking();
            liveness.keepJudging();
        });
        return liveness;
    }

    private void keepAsking() {
        if (!closed) {
            pings.round();
            round = timers.after(lease.ping(), () -> loop.execute(this::keepAsking));
        }
    }

    private void keepJudging() {
        if (!closed) {
            judge();
            tick = timers.after(pause(), () -> loop.execute(this::keepJudging));
        }
    }

    /** Until the next look: a while, or until the lease is over if nothing is heard before. */
    private Duration pause() {
        long left = lastQuorum + lease.lease().toNanos() - timers.nanos();
        long usual = lease.lease().toNanos() / LOOKS_IN_A_LEASE;
        return Duration.ofNanos(left > 0 ? Math.min(usual, left) : usual);
    }

    private void news() {
        appliedEverywhere.check();
        if (!closed) {
            judge();
        }
    }

    private void logChanged(LogStatus status) {
        long before = applied.getAndAccumulate(status.appliedIndex(), Math::max);
        if (status.leading() != knownToLead) {
            knownToLead = status.leading();
            loop.execute(this::news);
        }
        if (status.appliedIndex() > before && telling.compareAndSet(false, true)) {
            loop.execute(this::tellApplied);
        }
    }

    private void tellApplied() {
        telling.set(false);
        byte[] position = pings.position();
        for (NodeId member : members.members()) {
            if (!member.equals(transport.self())) {
                transport.tell(member, APPLIED, Unpooled.wrappedBuffer(position));
            }
        }
        appliedEverywhere.check();
    }

    private void told(NodeId from, ByteBuf body) {
        byte[] position = new byte[Math.min(body.readableBytes(), Long.BYTES)];
        body.readBytes(position);
        pings.learn(from, position);
        appliedEverywhere.check();
    }

    private void judge() {
        LogStatus status = log.status();
        long now = timers.nanos();
        if (alone(status)) {
            lastQuorum = now; // nobody else can have declared it lost
        }
        // After a gap (the process was stopped, or the quorum was away) this node may have been declared lost in an
        // entry that has not arrived yet: it begins a new run before it serves again.
        if (now - lastQuorum >= lease.lease().toNanos()) {
            run = NONE;
            gaps++;
            leading = false; // its own silence must not count against the others
            serve(false);
        }
        // A node that has just won an election has heard no quorum as leader yet: what it heard before counts on.
        heardQuorum |= status.quorumHeard() != 0;
        lastQuorum = Math.max(lastQuorum, status.quorumHeard());
        boolean running = run != NONE && !members.ended(transport.self(), run);
        boolean quorum = heardQuorum && now - lastQuorum < lease.lease().toNanos() && (running || votes(status));
        if (quorum && !running) {
            announce();
        }
        serve(quorum && running);
        lead(quorum && status.leading(), now);
    }

    /** Whether this node is the whole cluster, so that it is the quorum at any time. */
    private boolean alone(LogStatus status) {
        return status.members().size() == 1 && status.members().get(0).id().equals(transport.self());
    }

    private boolean votes(LogStatus status) {
        return status.members().stream()
                .anyMatch(member -> member.voting() && member.id().equals(transport.self()));
    }

    private void announce() {
        if (announcing) {
            return;
        }
        announcing = true;
        long before = gaps;
        announcer
                .announce()
                .whenComplete((epoch, failure) -> loop.execute(() -> {
                    announcing = false;
                    if (failure == null && before == gaps) {
                        run = epoch;
                        news();
                    } else if (failure != null) {
                        LOG.debug("announcing this node failed, trying again", failure);
                    }
                }));
    }

    private void serve(boolean may) {
        if (serving == may) {
            return;
        }
        serving = may;
        if (may) {
            LOG.info("serving: this node has a quorum, run={}", run);
        } else if (!closed) {
            boolean silent = timers.nanos() - lastQuorum >= lease.lease().toNanos();
            LOG.warn(
                    "fenced: {}; streams are closed and logins refused until this node has a quorum and a new run",
                    silent ? "no word from a quorum for " + lease.lease().toMillis() + " ms" : "this run is over");
        }
        List.copyOf(listeners).forEach(listener -> listener.accept(may));
    }

    private void lead(boolean leads, long now) {
        if (!leads) {
            leading = false;
            return;
        }
        if (!leading) {
            leading = true;
            leadingSince = now;
            runs.clear();
            declaring.clear();
            pings.round();
        }
        for (NodeId member : members.members()) {
            long epoch = members.epoch(member);
            if (!member.equals(transport.self()) && epoch != NONE && !members.ended(member, epoch)) {
                judge(member, epoch, now);
            }
        }
    }

    private void judge(NodeId member, long epoch, long now) {
        Run seen = runs.get(member);
        if (seen == null || seen.epoch() != epoch) {
            seen = new Run(epoch, now);
            runs.put(member, seen);
        }
        long silent = now - Math.max(Math.max(pings.lastHeard(member), leadingSince), seen.since());
        boolean gone = pings.lastGone(member) > seen.since();
        boolean overdue = silent >= lease.lease().plus(lease.margin()).toNanos();
        if ((!gone && !overdue) || Long.valueOf(epoch).equals(declaring.get(member))) {
            return;
        }
        declaring.put(member, epoch);
        LOG.warn(
                "node={} is lost: {}",
                member,
                gone ? "nothing listens at its address" : "silent for " + silent / 1_000_000 + " ms");
        announcer
                .declareLost(member, epoch)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        declaring.remove(member);
                    }
                }));
    }

    private boolean everywhere(long index) {
        long now = timers.nanos();
        for (NodeId member : members.members()) {
            if (!member.equals(transport.self()) && reachable(member, now) && pings.applied(member) < index) {
                return false;
            }
        }
        return true;
    }

    private boolean reachable(NodeId member, long now) {
        long heard = pings.lastHeard(member);
        long epoch = members.epoch(member);
        return heard != 0
                && now - heard < lease.ping().multipliedBy(3).toNanos()
                && !pings.gone(member)
                && !members.ended(member, epoch);
    }

    /** Completes when every member that can be reached has applied the entry at {@code index}, or after a bounded wait. */
    public CompletionStage<Void> appliedEverywhere(long index) {
        return appliedEverywhere.await(index);
    }

    /** Whether this node may serve: also false at once after the process was stopped for longer than the lease. */
    public boolean serving() {
        return serving && timers.nanos() - lastQuorum < lease.lease().toNanos();
    }

    /** The epoch of this node's present run, which its bus frames carry; 0 before the first announcement. */
    public long run() {
        return run;
    }

    /** How long ago a member was heard, or null when never. */
    public @Nullable Duration sinceHeard(NodeId member) {
        long heard = pings.lastHeard(member);
        return heard == 0 ? null : Duration.ofNanos(Math.max(0, timers.nanos() - heard));
    }

    /**
     * Whether a member was heard within the lease and its address is not dead. A node that has fenced itself, which it may
     * do before the lease is over, asks for a younger word: else it would say that all are up and that it has no quorum.
     */
    public boolean up(NodeId member) {
        Duration since = sinceHeard(member);
        Duration within = serving ? lease.lease() : lease.ping().multipliedBy(PINGS_TO_BE_UP);
        return since != null && since.compareTo(within) < 0 && !pings.gone(member);
    }

    /** Told of every change of {@link #serving}, in order, on the executor; first the present value. */
    public Subscription onServing(Consumer<Boolean> listener) {
        loop.execute(() -> {
            listeners.add(listener);
            listener.accept(serving);
        });
        return () -> loop.execute(() -> listeners.remove(listener));
    }

    /** Stops judging; this node serves no more. */
    @Override
    public void close() {
        closed = true;
        changes.close();
        refusals.close();
        loop.execute(() -> {
            cancel(tick);
            cancel(round);
            serve(false);
        });
    }

    private static void cancel(Timers.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
