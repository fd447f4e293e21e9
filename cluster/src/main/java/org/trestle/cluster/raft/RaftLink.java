package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerException;
import org.trestle.cluster.transport.PeerTransport;

/** Sends Raft messages, each with an explicit time-out, and notes who answered what. Any thread. */
final class RaftLink implements RaftNet.Sender {
    static final String SUBJECT = "raft";
    /** Says to a node that asks for votes that it is no member any more. */
    static final String RETIRED = "retired";

    private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration SNAPSHOT_TIMEOUT = Duration.ofSeconds(5);

    private final PeerTransport transport;
    private final Timers timers;
    private final LogTuning tuning;
    private final QuorumClock clock;
    private final LeaderLoss loss;
    private volatile @Nullable RaftContext context;
    private volatile @Nullable BiFunction<MemberId, Wire.Noted, CompletableFuture<Wire.Noted>> local;
    private volatile boolean closed;
    private volatile boolean retired;

    RaftLink(PeerTransport transport, Timers timers, LogTuning tuning, QuorumClock clock, LeaderLoss loss) {
        this.transport = transport;
        this.timers = timers;
        this.tuning = tuning;
        this.clock = clock;
        this.loss = loss;
    }

    void attach(RaftContext raft, BiFunction<MemberId, Wire.Noted, CompletableFuture<Wire.Noted>> door) {
        context = raft;
        local = door;
    }

    void close() {
        closed = true;
    }

    /** True when this node was removed: it has left itself, or a member has said so. */
    boolean retired() {
        return retired;
    }

    void retire() {
        retired = true;
    }

    @Override
    public <T> CompletableFuture<T> send(MemberId to, Object message, Class<T> answer) {
        long sent = timers.nanos();
        return ask(to, message).thenApply(noted -> {
            noteAnswer(to, message, noted.message(), sent);
            return answer.cast(noted.message());
        });
    }

    /** Sends {@code message} and completes with the answer and its note; within the message's time-out, whatever happens. */
    CompletableFuture<Wire.Noted> ask(MemberId to, Object message) {
        BiFunction<MemberId, Wire.Noted, CompletableFuture<Wire.Noted>> door = local;
        if (closed || door == null) {
            return CompletableFuture.failedFuture(
                    new PeerException(PeerException.Kind.UNREACHABLE, "this log is closed"));
        }
        long note = note(message);
        if (to.id().equals(transport.self().value())) {
            return within(timeout(message), door.apply(to, new Wire.Noted(message, note, 0)));
        }
        return transport
                .request(Ids.node(to), SUBJECT, Wire.encode(message, note, 0), timeout(message))
                .toCompletableFuture()
                .thenApply(bytes -> {
                    Wire.Noted noted = Wire.decode(bytes);
                    if (RETIRED.equals(noted.message())) {
                        retired = true;
                        throw new IllegalStateException("this node was removed from the cluster");
                    }
                    return noted;
                });
    }

    private <T> CompletableFuture<T> within(Duration timeout, CompletableFuture<T> answer) {
        if (answer.isDone()) {
            return answer;
        }
        CompletableFuture<T> bounded = new CompletableFuture<>();
        Timers.Timer timer = timers.after(
                timeout,
                () -> bounded.completeExceptionally(
                        new PeerException(PeerException.Kind.TIMEOUT, "no answer in time")));
        answer.whenComplete((value, error) -> {
            timer.cancel();
            if (error != null) {
                bounded.completeExceptionally(error);
            } else {
                bounded.complete(value);
            }
        });
        return bounded;
    }

    private Duration timeout(Object message) {
        if (message instanceof InstallRequest) {
            return SNAPSHOT_TIMEOUT;
        }
        boolean change = message instanceof JoinRequest
                || message instanceof LeaveRequest
                || message instanceof ReconfigureRequest;
        return change ? CHANGE_TIMEOUT : tuning.request();
    }

    private long note(Object message) {
        RaftContext raft = context;
        if (raft == null) {
            return 0;
        }
        if (message instanceof AppendRequest) {
            long now = timers.nanos();
            return now
                    - clock.asLeader(
                            raft.getCluster().getMember().memberId(),
                            raft.getCluster().getMembers(),
                            now);
        }
        if (message instanceof String) {
            return raft.getTerm();
        }
        return message instanceof PollRequest && loss.leaderRefuses() ? 1 : 0;
    }

    private void noteAnswer(MemberId from, Object message, Object answer, long sent) {
        RaftContext raft = context;
        if (raft == null
                || !(message instanceof AppendRequest request)
                || !(answer instanceof AppendResponse response)
                || response.status() != RaftResponse.Status.OK
                || request.term() != raft.getTerm()
                || raft.getRole() != RaftServer.Role.LEADER) {
            return;
        }
        if (response.term() == request.term()) {
            clock.acknowledged(from, sent);
        }
        if (Guards.wantsSnapshot(request, response)) {
            // The member refused entries in the middle of nowhere: it lacks the snapshot that Atomix believes it sent.
            raft.getThreadContext().execute(() -> {
                RaftMemberContext member = raft.getCluster().getMemberState(from);
                if (member != null) {
                    member.setSnapshotIndex(0);
                }
            });
        }
    }
}
