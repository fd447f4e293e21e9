package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.time.Timers;

/**
 * Every Raft message that arrives comes through here, on the Raft thread, past the guards, to Atomix's current role.
 * Entries are on disk before a follower acknowledges them. A failing disk stops the process.
 */
final class RaftDoor {
    private static final Logger LOG = LoggerFactory.getLogger(RaftDoor.class);
    /** A leader whose connections are refused counts as silent after this many heartbeats instead of a whole time-out. */
    private static final int HEARTBEATS_MISSED = 3;

    private final RaftContext raft;
    private final Guards guards;
    private final QuorumClock clock;
    private final LeaderLoss loss;
    private final Replica replica;
    private final DiskSpace space;
    private final Halt halt;
    private final Timers timers;
    private final LogTuning tuning;
    private long matchedTerm;
    private long matched;
    private volatile long settledAt = Long.MAX_VALUE;

    /** What the door needs to know of its node. */
    record Parts(
            QuorumClock clock,
            LeaderLoss loss,
            Replica replica,
            DiskSpace space,
            Halt halt,
            Timers timers,
            LogTuning tuning) {}

    RaftDoor(RaftContext raft, Parts parts) {
        this.raft = raft;
        this.guards = new Guards(raft);
        this.clock = parts.clock();
        this.loss = parts.loss();
        this.replica = parts.replica();
        this.space = parts.space();
        this.halt = parts.halt();
        this.timers = parts.timers();
        this.tuning = parts.tuning();
    }

    /** On the Raft thread, when this node has become leader: it serves once it has applied what it found in the log. */
    void leads() {
        settledAt = raft.getLogWriter().getLastIndex();
        clock.lead(timers.nanos());
    }

    /** True when this node leads and has applied everything that was committed before. Any thread. */
    boolean settled() {
        return raft.getRole() == RaftServer.Role.LEADER && raft.getLastApplied() >= settledAt;
    }

    CompletableFuture<Wire.Noted> serve(MemberId from, Wire.Noted message) {
        CompletableFuture<Wire.Noted> answer = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> {
            try {
                admit(from, message).whenComplete((response, error) -> {
                    if (error != null) {
                        answer.completeExceptionally(error);
                    } else {
                        answer.complete(new Wire.Noted(response, raft.getTerm(), raft.getCommitIndex()));
                    }
                });
            } catch (StorageException failure) {
                LOG.error(
                        "disk: the log in {} cannot be written; this node stops",
                        raft.getStorage().directory(),
                        failure);
                halt.halt("the log cannot be written: " + failure);
                answer.completeExceptionally(failure);
            } catch (RuntimeException failure) {
                LOG.error("A Raft message from {} could not be handled", from.id(), failure);
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private CompletableFuture<?> admit(MemberId from, Wire.Noted noted) {
        Object message = noted.message();
        if (replica.retired(Ids.node(from)) && !(message instanceof LeaveRequest)) {
            return CompletableFuture.completedFuture(RaftLink.RETIRED);
        }
        RaftMemberContext member = raft.getCluster().getMemberState(from);
        if (member != null && member.getFailureCount() > 0) {
            member.resetFailureCount(); // or the leader would not try again for up to a minute
        }
        if (message instanceof AppendRequest request) {
            return append(request, noted.first());
        } else if (message instanceof PollRequest request) {
            return poll(request, noted.first() == 1);
        } else if (message instanceof VoteRequest request) {
            return vote(request);
        } else if (message instanceof InstallRequest request) {
            clock.heardLeader(timers.nanos(), 0);
            return raft.getRaftRole().onInstall(request);
        } else if (message instanceof ConfigureRequest request) {
            return raft.getRaftRole().onConfigure(request);
        }
        return client(message);
    }

    private CompletableFuture<?> client(Object message) {
        boolean ready = raft.getState() == RaftContext.State.READY && settled();
        if (message instanceof CommandRequest request) {
            space.check();
            return ready
                    ? raft.getRaftRole().onCommand(request)
                    : CompletableFuture.completedFuture(CommandResponse.builder()
                            .withStatus(RaftResponse.Status.ERROR)
                            .withError(RaftError.Type.ILLEGAL_MEMBER_STATE)
                            .build());
        } else if (message instanceof JoinRequest request) {
            return replica.retired(Ids.node(request.member().memberId()))
                    ? CompletableFuture.completedFuture(RaftLink.RETIRED)
                    : raft.getRaftRole().onJoin(request);
        } else if (message instanceof LeaveRequest request) {
            return raft.getRaftRole().onLeave(request);
        } else if (message instanceof ReconfigureRequest request) {
            return raft.getRaftRole().onReconfigure(request);
        } else if (!ready) {
            return CompletableFuture.failedFuture(new IllegalStateException("not the leader"));
        } else if (message instanceof OpenSessionRequest request) {
            return raft.getRaftRole().onOpenSession(request);
        } else if (message instanceof KeepAliveRequest request) {
            return raft.getRaftRole().onKeepAlive(request);
        }
        throw new IllegalArgumentException(
                "unexpected message " + message.getClass().getName());
    }

    private CompletableFuture<AppendResponse> append(AppendRequest request, long quorumAge) {
        space.check();
        AppendRequest admitted = guards.admit(request);
        if (admitted == null) {
            return raft.getRaftRole()
                    .onAppend(guards.silenced(request))
                    .thenApply(response -> guards.refusal(request, response));
        }
        return raft.getRaftRole().onAppend(admitted).thenApply(response -> {
            if (response.status() == RaftResponse.Status.OK && response.term() == request.term()) {
                heard(quorumAge);
                if (response.succeeded()) {
                    keep(request, response);
                }
            }
            return response;
        });
    }

    /** Atomix acknowledges entries before they are on disk, so a power failure could take them back. */
    private void keep(AppendRequest request, AppendResponse response) {
        if (!request.entries().isEmpty()) {
            raft.getLogWriter().flush();
        }
        matchedTerm = request.term();
        matched = response.lastLogIndex();
    }

    private void heard(long quorumAge) {
        clock.heardLeader(timers.nanos(), quorumAge);
        loss.leaderHeard();
    }

    /**
     * The leader of {@code term} has said that {@code commit} is committed: applies as much of that as is known to be
     * the same here, without waiting for the next heartbeat.
     */
    void advance(long term, long commit) {
        raft.getThreadContext().execute(() -> {
            if (term != matchedTerm || term != raft.getTerm() || raft.getRole() == RaftServer.Role.LEADER) {
                return;
            }
            long known = Math.min(commit, matched);
            if (known > raft.getCommitIndex()) {
                raft.setFirstCommitIndex(known);
                raft.setCommitIndex(known);
                raft.getServiceManager().applyAll(known);
            }
        });
    }

    private CompletableFuture<PollResponse> poll(PollRequest request, boolean leaderRefused) {
        if (raft.getCluster().getMemberState(request.candidate()) == null) {
            return CompletableFuture.completedFuture(refusePoll());
        }
        long patience = leaderRefused
                ? tuning.heartbeat().multipliedBy(HEARTBEATS_MISSED).toNanos()
                : tuning.election().toNanos();
        long wait = patience - silence();
        if (wait <= 0) {
            clock.giveUpLeader();
            return raft.getRaftRole().onPoll(request);
        }
        if (!leaderRefused) {
            return CompletableFuture.completedFuture(refusePoll());
        }
        // The leader refuses connections to the candidate: wait for the next heartbeat here before believing it.
        CompletableFuture<PollResponse> later = new CompletableFuture<>();
        timers.after(
                java.time.Duration.ofNanos(wait),
                () -> raft.getThreadContext().execute(() -> {
                    if (silence() < patience) {
                        later.complete(refusePoll());
                    } else {
                        clock.giveUpLeader();
                        raft.getRaftRole().onPoll(request).thenAccept(later::complete);
                    }
                }));
        return later;
    }

    /** How long ago there was a leader with a quorum, as far as this node knows. */
    private long silence() {
        long now = timers.nanos();
        if (raft.getRole() == RaftServer.Role.LEADER) {
            return now
                    - clock.asLeader(
                            raft.getCluster().getMember().memberId(),
                            raft.getCluster().getMembers(),
                            now);
        }
        return clock.leaderSilence(now);
    }

    private CompletableFuture<VoteResponse> vote(VoteRequest request) {
        boolean known = raft.getCluster().getMemberState(request.candidate()) != null;
        boolean led = silence() < tuning.election().toNanos();
        if (!known || led || !guards.mayVote(request.term(), request.candidate(), request.lastLogIndex())) {
            return CompletableFuture.completedFuture(VoteResponse.builder()
                    .withStatus(RaftResponse.Status.OK)
                    .withTerm(raft.getTerm())
                    .withVoted(false)
                    .build());
        }
        return raft.getRaftRole().onVote(request).thenApply(response -> {
            if (response.voted()) {
                guards.voted(request.term(), request.candidate());
            }
            return response;
        });
    }

    private PollResponse refusePoll() {
        return PollResponse.builder()
                .withStatus(RaftResponse.Status.OK)
                .withTerm(raft.getTerm())
                .withAccepted(false)
                .build();
    }
}
