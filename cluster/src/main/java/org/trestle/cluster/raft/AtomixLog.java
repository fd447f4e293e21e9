package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.storage.system.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.log.LogEngine.Start;
import org.trestle.cluster.log.LogException;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.log.StateMachine;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerTransport;

/** One node's end of the log: puts the parts together, and answers the port's questions. */
final class AtomixLog implements ReplicatedLog {
    private static final Logger LOG = LoggerFactory.getLogger(AtomixLog.class);
    private static final Duration WATCH = Duration.ofMillis(100);
    private static final int RESERVED_SEGMENTS = 8;
    private static final int STEP_DOWN_ELECTIONS = 4;

    private final Setting setting;
    private final Timers timers;
    private final MemberId self;
    private final Set<Consumer<LogStatus>> listeners = new CopyOnWriteArraySet<>();
    private final AppliedIndex applied = new AppliedIndex();
    private final QuorumClock clock;
    private final Replica replica;
    private final RaftLink link;
    private final RaftContext raft;
    private final LogReaders readers;
    private final RoleTimers roleTimers;
    private final Appends appends;
    private final HandOver handOver;
    private final RaftDoor door;
    private final DiskSpace space;
    private final LogView view;
    private final CommandPump pump;
    private final LeaderSession session;
    private final MembershipChange membership;
    private final Subscription refusals;
    private volatile boolean closed;
    private boolean settledTold;

    /** What one log is opened with. */
    record Setting(
            NodeId self,
            LogDirectory directory,
            PeerTransport transport,
            StateMachine machine,
            LogTuning tuning,
            Timers timers,
            AtomixEngine.Options options) {}

    AtomixLog(Setting setting) throws LogException {
        this.setting = setting;
        this.timers = setting.timers();
        this.self = Ids.member(setting.self());
        AtomixEngine.Options options = setting.options();
        Path path = setting.directory().path();
        clock = new QuorumClock();
        replica = new Replica(setting.machine(), applied, options.halt(), this::changed);
        Peers peers = new Peers(self);
        LeaderLoss loss = new LeaderLoss(timers, clock, peers, setting.tuning());
        link = new RaftLink(setting.transport(), timers, setting.tuning(), clock, loss);
        LongSupplier usable = options.usableSpace();
        space = new DiskSpace(
                path,
                usable == null ? () -> path.toFile().getUsableSpace() : usable,
                (long) options.segmentBytes() * RESERVED_SEGMENTS,
                timers,
                options.halt());
        MachineType type = new MachineType(replica);
        raft = RaftOpening.context(setting, self, peers, new RaftNet(link), type);
        roleTimers = RoleTimers.of(raft);
        Guards guards = new Guards(raft);
        readers = new LogReaders(raft);
        appends = new Appends(
                new Appends.Parts(raft, guards, clock, loss, setting.directory().synced(), readers), timers);
        handOver = new HandOver(raft, link, clock, timers);
        Ballot ballot = new Ballot(raft, guards, clock, timers, setting.tuning());
        door = new RaftDoor(
                raft, new RaftDoor.Parts(appends, ballot, handOver, clock, replica, space, options.halt(), timers));
        view = new LogView(raft, door, clock, replica, link, timers);
        link.attach(raft, door::serve);
        loss.attach(raft);
        pump = new CommandPump(Ids.number(setting.self()), setting.tuning(), timers, raft.getThreadContext(), applied);
        session = new LeaderSession(raft, link, appends, type, options.session(), timers, this::begin);
        membership = new MembershipChange(raft, link, timers);
        refusals = setting.transport().onRefused(loss::onRefused);
        raft.addRoleChangeListener(this::roleChanged);
        raft.addLeaderElectionListener(this::leaderFound);
        setting.transport().handle(RaftLink.SUBJECT, this::receive);
    }

    CompletableFuture<Void> start(Start start) {
        CompletableFuture<Void> started = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> {
            Configuration newest = setting.directory().found().configuration();
            if (newest != null) {
                raft.getCluster().configure(newest);
            }
            if (start == Start.BOOTSTRAP && raft.getCluster().getConfiguration() == null) {
                raft.getCluster().bootstrap(List.of(self));
            } else if (raft.getCluster().getConfiguration() != null) {
                raft.transition(raft.getCluster().getMember().getType());
            }
            greet();
            session.start();
            watchLater();
            started.complete(null);
        });
        return started;
    }

    /** Lets the leader know at once that this node is back: it asks absent members ever more rarely. */
    private void greet() {
        raft.getCluster().getMembers().stream()
                .map(RaftMember::memberId)
                .filter(member -> !member.equals(self))
                .forEach(member -> link.ask(member, RaftDoor.HELLO));
    }

    private CompletionStage<byte[]> receive(NodeId from, byte[] body) {
        if (closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("this log is closed"));
        }
        Wire.Noted message;
        try {
            message = Wire.decode(body);
        } catch (RuntimeException unreadable) { // of another version, or of a class that does not belong here
            LOG.warn("A message from node={} cannot be read: {}", from, unreadable.toString());
            return CompletableFuture.failedFuture(unreadable);
        }
        return door.serve(Ids.member(from), message)
                .thenApply(answer -> Wire.encode(answer.message(), answer.first(), answer.second()));
    }

    private void begin(long run) {
        pump.begin(session, run);
    }

    private void roleChanged(RaftServer.Role role) {
        if (role == RaftServer.Role.LEADER) {
            door.leads();
        } else {
            clock.follow(self, raft.getCluster().getMembers(), timers.nanos());
            readers.closeMembers();
        }
        LOG.debug("role={} term={}", role, raft.getTerm());
        changed();
    }

    private void leaderFound(RaftMember leader) {
        LOG.info("leader={} term={}", leader.memberId().id(), raft.getTerm());
        raft.getThreadContext().execute(session::leaderChanged);
        changed();
    }

    private void watchLater() {
        timers.after(
                WATCH,
                () -> raft.getThreadContext().execute(() -> {
                    if (!closed) {
                        watch();
                        watchLater();
                    }
                }));
    }

    /** For tests that reach behind the port. */
    RaftContext context() {
        return raft;
    }

    /** For tests: whether this node leads nobody but itself, and so has no heartbeat. */
    boolean silent() {
        return roleTimers.heartbeats().silent();
    }

    /** A leader without a quorum steps down by itself, so that it does not promise what it cannot keep. */
    private void watch() {
        space.check();
        roleTimers.keep();
        appends.markCommitted();
        if (link.retired() && raft.getRole() != RaftServer.Role.INACTIVE) {
            LOG.info("this node was removed from the cluster: node={}", self.id());
            raft.transition(RaftServer.Role.INACTIVE);
        }
        if (raft.getRole() != RaftServer.Role.LEADER) {
            settledTold = false;
            return;
        }
        if (!settledTold && door.settled()) {
            settledTold = true;
            changed();
        }
        long silence = timers.nanos() - status().quorumHeard();
        if (silence
                > setting.tuning().election().multipliedBy(STEP_DOWN_ELECTIONS).toNanos()) {
            LOG.warn("No quorum has answered for {} ms; this node leads no longer", silence / 1_000_000);
            raft.setLeader(null);
            raft.transition(RaftServer.Role.FOLLOWER);
        }
    }

    private void changed() {
        if (!listeners.isEmpty() && !closed) {
            LogStatus now = status();
            listeners.forEach(listener -> listener.accept(now));
        }
    }

    @Override
    public CompletionStage<byte[]> submit(byte[] command) {
        return pump.submit(Batch.Kind.COMMANDS, command);
    }

    @Override
    public CompletionStage<Long> barrier() {
        return pump.submit(Batch.Kind.BARRIER, new byte[0]).thenApply(CommandPump::position);
    }

    @Override
    public LogStatus status() {
        return view.status();
    }

    @Override
    public long term() {
        return view.raft().getTerm();
    }

    @Override
    public Subscription onChange(Consumer<LogStatus> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<Void> join(Collection<NodeId> seeds) {
        return membership.join(seeds);
    }

    @Override
    public CompletionStage<Void> remove(NodeId member) {
        if (raft.getCluster().getMembers().size() == 1) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "node " + member + " cannot be removed: it is the only member of its cluster"));
        }
        byte[] id = java.nio.ByteBuffer.allocate(8).putLong(Ids.number(member)).array();
        return pump.submit(Batch.Kind.RETIRE, id).thenCompose(retired -> membership.remove(member));
    }

    Path directory() {
        return setting.directory().path();
    }

    /** Readers that Atomix has open on the log: a bounded number. */
    int openReaders() {
        return readers.open();
    }

    /** Takes a snapshot now and drops what it replaces; completes ten seconds later or so. */
    CompletableFuture<Void> compact() {
        return raft.compact();
    }

    @Override
    public CompletionStage<Void> handOver() {
        return handOver.begin();
    }

    @Override
    public CompletionStage<Void> close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closed) {
            done.complete(null);
            return done;
        }
        closed = true;
        refusals.close();
        link.close();
        raft.getThreadContext().execute(() -> {
            session.close();
            pump.close();
            raft.transition(RaftServer.Role.INACTIVE);
            raft.getLogWriter().flush();
            appends.markCommitted();
            // Atomix stops its threads from within close, so it must not run on one of them.
            new Thread(() -> finish(done), "raft-close-" + self.id()).start();
        });
        return done;
    }

    private void finish(CompletableFuture<Void> done) {
        raft.close();
        try {
            setting.directory().close();
            done.complete(null);
        } catch (IOException failure) {
            done.completeExceptionally(failure);
        }
    }
}
