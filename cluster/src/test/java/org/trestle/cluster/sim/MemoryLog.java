package org.trestle.cluster.sim;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.LogStatus.Member;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.log.StateMachine;
import org.trestle.cluster.sim.MemoryDisk.Entry;
import org.trestle.cluster.sim.MemoryDisk.Kind;
import org.trestle.cluster.sim.MemoryDisk.Request;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerTransport;

/** One node of the engine in memory: see {@link MemoryEngine}. The rules are Raft's (Ongaro and Ousterhout, 2014). */
final class MemoryLog implements ReplicatedLog {
    /** Entries of one message. */
    private static final int BATCH = 256;

    private enum Part {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    record Setting(
            NodeId self,
            MemoryDisk disk,
            PeerTransport transport,
            StateMachine machine,
            LogTuning tuning,
            Timers timers,
            int compactAfter) {}

    /** What the leader knows of another member. */
    private static final class Progress {
        long next;
        long match;
        long acknowledged;
        boolean asking;
    }

    private final Setting setting;
    private final MemoryDisk disk;
    private final MemoryApplier applier;
    private final Random random;
    private final Map<NodeId, Progress> progress = new HashMap<>();
    private final MemoryVotes votes;
    private final MemoryMembers members;
    private final MemoryCommands commands;
    private final List<Consumer<LogStatus>> listeners = new CopyOnWriteArrayList<>();
    private Part part = Part.FOLLOWER;
    private @Nullable NodeId leader;
    private long commit;
    private long electionDue;
    private long leaderHeard;
    private long quorumHeard;
    private boolean closed;

    MemoryLog(Setting setting, Random random, long process) {
        this.setting = setting;
        this.disk = setting.disk;
        this.random = random;
        this.applier = new MemoryApplier(disk, setting.machine);
        this.votes = new MemoryVotes(this, disk);
        this.members = new MemoryMembers(this, applier, random);
        this.commands = new MemoryCommands(this, applier, setting, process);
    }

    void start(LogEngine.Start start) {
        long now = setting.timers.nanos();
        leaderHeard = now - setting.tuning.election().toNanos();
        quorumHeard = leaderHeard;
        applier.restore();
        commit = applier.applied();
        setting.transport.handle("log.vote", (from, body) -> now(MemoryWire.read(body, in -> votes.voted(from, in))));
        setting.transport.handle("log.append", (from, body) -> now(MemoryWire.read(body, in -> appended(from, in))));
        setting.transport.handle("log.snapshot", (from, body) -> now(MemoryWire.read(body, in -> installed(from, in))));
        setting.transport.handle("log.submit", (from, body) -> now(MemoryWire.read(body, commands::submitted)));
        setting.transport.handle("log.members", (from, body) -> MemoryWire.read(body, members::asked));
        setting.transport.handle("log.lead", (from, body) -> {
            votes.elect(false, true);
            return now(new byte[0]);
        });
        if (start == LogEngine.Start.BOOTSTRAP && disk.isEmpty()) {
            disk.term = 1;
            disk.append(new Entry(
                    1, 1, Kind.MEMBERS, commands.request(), new byte[0], List.of(new Member(setting.self, true))));
        }
        delayElection();
        if (voters().equals(List.of(setting.self))) {
            electionDue = now;
        }
        tick();
    }

    NodeId self() {
        return setting.self;
    }

    long nanos() {
        return setting.timers.nanos();
    }

    void afterHeartbeat(Runnable task) {
        setting.timers.after(setting.tuning.heartbeat(), task);
    }

    boolean closed() {
        return closed;
    }

    boolean leading() {
        return part == Part.LEADER;
    }

    @Nullable
    NodeId leader() {
        return leader;
    }

    long commit() {
        return commit;
    }

    long lastIndex() {
        return disk.lastIndex();
    }

    /** Whether this node votes, as its log says. */
    boolean votes() {
        return voters().contains(setting.self);
    }

    /** Whether a leader knows all that was committed before its term. */
    boolean committedInTerm() {
        return disk.termAt(commit) == disk.term;
    }

    /** The last entry that the member is known to have. */
    long has(NodeId member) {
        return of(member).match;
    }

    void appendMembers(List<Member> changed) {
        append(Kind.MEMBERS, commands.request(), new byte[0], List.copyOf(changed));
    }

    private static CompletionStage<byte[]> now(byte[] answer) {
        return CompletableFuture.completedFuture(answer);
    }

    // ---- time

    private void tick() {
        if (closed) {
            return;
        }
        long now = setting.timers.nanos();
        if (part == Part.LEADER) {
            refreshQuorum();
            if (now - quorumHeard > setting.tuning.election().toNanos()) {
                follow(disk.term, null);
            } else {
                members.promote();
                replicate();
            }
        } else if (now >= electionDue && voters().contains(setting.self)) {
            votes.elect(true, false);
        }
        if (part == Part.FOLLOWER
                && leader != null
                && now - leaderHeard > 2 * setting.tuning.election().toNanos()) {
            leader = null;
            changed();
        }
        setting.timers.after(setting.tuning.heartbeat(), this::tick);
    }

    void delayElection() {
        long election = setting.tuning.election().toNanos();
        electionDue = setting.timers.nanos() + election + (long) (random.nextDouble() * election);
    }

    private void refreshQuorum() {
        long now = setting.timers.nanos();
        List<Long> times = new ArrayList<>();
        for (NodeId voter : voters()) {
            Progress peer = progress.get(voter);
            times.add(voter.equals(setting.self) ? now : peer == null ? 0 : peer.acknowledged);
        }
        times.sort(Comparator.reverseOrder());
        quorumHeard = Math.max(quorumHeard, times.get(times.size() / 2));
    }

    // ---- elections

    List<NodeId> voters() {
        return applier.members().stream().filter(Member::voting).map(Member::id).toList();
    }

    private List<NodeId> others() {
        return applier.members().stream()
                .map(Member::id)
                .filter(id -> !id.equals(setting.self))
                .toList();
    }

    void candidate() {
        part = Part.CANDIDATE;
        leader = null;
        changed();
    }

    /** Whether this node knows of a leader, so that there is no need for another. */
    boolean content() {
        long election = setting.tuning.election().toNanos();
        return closed || part == Part.LEADER || nanos() - leaderHeard < election;
    }

    void lead() {
        part = Part.LEADER;
        leader = setting.self;
        progress.clear();
        quorumHeard = setting.timers.nanos();
        append(Kind.BEGIN, commands.request(), new byte[0], List.of());
        changed();
    }

    void follow(long term, @Nullable NodeId newLeader) {
        votes.forget();
        boolean was = part == Part.LEADER;
        boolean news = was || part != Part.FOLLOWER || term != disk.term || !Objects.equals(leader, newLeader);
        if (term > disk.term) {
            disk.term = term;
            disk.vote = null;
        }
        part = Part.FOLLOWER;
        leader = newLeader;
        if (was) {
            delayElection();
            members.deposed();
        }
        if (news) {
            changed();
        }
    }

    // ---- replication

    void append(Kind kind, Request request, byte[] command, List<Member> members) {
        disk.append(new Entry(disk.lastIndex() + 1, disk.term, kind, request, command, members));
        commitWhatAQuorumHas();
        replicate();
    }

    private void replicate() {
        others().forEach(this::replicate);
    }

    private Progress of(NodeId peer) {
        return progress.computeIfAbsent(peer, id -> {
            Progress fresh = new Progress();
            fresh.next = disk.lastIndex() + 1;
            return fresh;
        });
    }

    private void replicate(NodeId peer) {
        Progress of = of(peer);
        if (part != Part.LEADER || of.asking) {
            return;
        }
        of.asking = true;
        long sent = setting.timers.nanos();
        long term = disk.term;
        boolean whole = of.next <= disk.snapshotIndex;
        long previous = of.next - 1;
        List<Entry> entries = whole ? List.of() : disk.from(of.next, BATCH);
        refreshQuorum();
        byte[] body = MemoryWire.write(out -> {
            out.writeLong(term);
            out.writeLong(sent - quorumHeard);
            out.writeLong(whole ? disk.snapshotIndex : previous);
            out.writeLong(whole ? disk.snapshotTerm : disk.termAt(previous));
            out.writeLong(commit);
            if (whole) {
                MemoryWire.bytes(out, disk.snapshot);
            } else {
                MemoryWire.entries(out, entries);
            }
        });
        ask(peer, whole ? "log.snapshot" : "log.append", body).whenComplete((answer, failure) -> {
            of.asking = false;
            if (failure == null && part == Part.LEADER && disk.term == term && progress.get(peer) == of) {
                of.acknowledged = Math.max(of.acknowledged, sent);
                MemoryWire.read(answer, in -> acknowledged(peer, of, in));
            }
        });
    }

    private Object acknowledged(NodeId peer, Progress of, DataInputStream in) throws IOException {
        long theirs = in.readLong();
        boolean matches = in.readBoolean();
        long index = in.readLong();
        if (theirs > disk.term) {
            follow(theirs, null);
        } else if (matches) {
            of.match = Math.max(of.match, index);
            of.next = of.match + 1;
            long before = commit;
            commitWhatAQuorumHas();
            if (commit > before) {
                replicate();
            } else if (of.next <= disk.lastIndex()) {
                replicate(peer);
            }
        } else {
            of.next = Math.max(1, Math.min(of.next - 1, index + 1));
            replicate(peer);
        }
        return of;
    }

    private void commitWhatAQuorumHas() {
        List<NodeId> voters = voters();
        for (long index = disk.lastIndex(); index > commit && disk.termAt(index) == disk.term; index--) {
            long at = index;
            long having = voters.stream()
                    .filter(voter -> voter.equals(setting.self) || of(voter).match >= at)
                    .count();
            if (having * 2 > voters.size()) {
                committed(index);
                break;
            }
        }
    }

    private void committed(long index) {
        commit = Math.max(commit, index);
        // More may be committed by what listeners submit.
        while (applier.advance(commit)) {
            applier.compact(setting.compactAfter);
            changed();
        }
        if (part == Part.LEADER) {
            members.committed(commit);
            if (members.settled() && !votes()) {
                follow(disk.term, null);
            }
        }
    }

    private byte[] appended(NodeId from, DataInputStream in) throws IOException {
        long term = in.readLong();
        if (closed || term < disk.term) {
            return acknowledgement(false, disk.lastIndex());
        }
        heard(from, term, in.readLong());
        long previous = in.readLong();
        long previousTerm = in.readLong();
        long leaderCommit = in.readLong();
        List<Entry> entries = MemoryWire.entries(in);
        if (previous > disk.lastIndex() || (previous >= disk.snapshotIndex && disk.termAt(previous) != previousTerm)) {
            return acknowledgement(false, Math.min(disk.lastIndex(), previous - 1));
        }
        for (Entry entry : entries) {
            if (entry.index() > disk.snapshotIndex && disk.termAt(entry.index()) != entry.term()) {
                if (entry.index() <= commit) {
                    throw new IllegalStateException("entry " + entry.index() + " was committed");
                }
                if (entry.index() <= disk.lastIndex()) {
                    disk.cutFrom(entry.index());
                }
                disk.append(entry);
            }
        }
        long matching = previous + entries.size();
        committed(Math.min(leaderCommit, matching));
        return acknowledgement(true, matching);
    }

    private byte[] installed(NodeId from, DataInputStream in) throws IOException {
        long term = in.readLong();
        if (closed || term < disk.term) {
            return acknowledgement(false, disk.lastIndex());
        }
        heard(from, term, in.readLong());
        long index = in.readLong();
        long snapshotTerm = in.readLong();
        in.readLong();
        if (index > commit) {
            disk.snapshot(index, snapshotTerm, MemoryWire.bytes(in));
            applier.restore();
            commit = index;
            changed();
        }
        return acknowledgement(true, index);
    }

    private void heard(NodeId from, long term, long quorumAge) {
        if (term > disk.term || part != Part.FOLLOWER || !from.equals(leader)) {
            follow(term, from);
        }
        leaderHeard = setting.timers.nanos();
        quorumHeard = Math.max(quorumHeard, leaderHeard - quorumAge);
        delayElection();
    }

    private byte[] acknowledgement(boolean matches, long index) {
        return MemoryWire.write(out -> {
            out.writeLong(disk.term);
            out.writeBoolean(matches);
            out.writeLong(index);
        });
    }

    CompletionStage<byte[]> ask(NodeId to, String subject, byte[] body) {
        return setting.transport.request(to, subject, body, setting.tuning.request());
    }

    // ---- commands

    @Override
    public CompletionStage<byte[]> submit(byte[] command) {
        return commands.propose(Kind.COMMAND, command).thenApply(MemoryApplier.Answer::result);
    }

    @Override
    public CompletionStage<Long> barrier() {
        return commands.propose(Kind.BEGIN, new byte[0]).thenApply(MemoryApplier.Answer::index);
    }

    // ---- members

    @Override
    public CompletionStage<Void> join(Collection<NodeId> seeds) {
        return members.change(true, setting.self, List.copyOf(seeds));
    }

    @Override
    public CompletionStage<Void> remove(NodeId member) {
        return members.change(false, member, others());
    }

    @Override
    public CompletionStage<Void> handOver() {
        return members.handOver(nanos() + setting.tuning.submit().toNanos());
    }

    // ---- what others see

    @Override
    public LogStatus status() {
        return new LogStatus(
                part == Part.LEADER, disk.term, leader, commit, applier.applied(), quorumHeard, applier.members());
    }

    private void changed() {
        LogStatus now = status();
        listeners.forEach(listener -> listener.accept(now));
    }

    @Override
    public Subscription onChange(Consumer<LogStatus> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<Void> close() {
        closed = true;
        part = Part.FOLLOWER;
        return CompletableFuture.completedFuture(null);
    }
}
