package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.time.Timers;

/**
 * Decides whether this node lets another one stand for election: never while there is a healthy leader, so that a node
 * that comes back deposes nobody. On the Raft thread.
 */
final class Ballot {
    /** A leader whose connections are refused counts as silent after this many heartbeats instead of a whole time-out. */
    private static final int HEARTBEATS_MISSED = 3;

    private final RaftContext raft;
    private final Guards guards;
    private final QuorumClock clock;
    private final Timers timers;
    private final LogTuning tuning;

    Ballot(RaftContext raft, Guards guards, QuorumClock clock, Timers timers, LogTuning tuning) {
        this.raft = raft;
        this.guards = guards;
        this.clock = clock;
        this.timers = timers;
        this.tuning = tuning;
    }

    CompletableFuture<PollResponse> poll(PollRequest request, boolean leaderRefused) {
        if (!isMember(request.candidate())) {
            return CompletableFuture.completedFuture(refusePoll());
        }
        Duration patience = leaderRefused ? tuning.heartbeat().multipliedBy(HEARTBEATS_MISSED) : tuning.election();
        long wait = patience.toNanos() - silence();
        if (wait <= 0) {
            return supported(request);
        }
        if (!leaderRefused) {
            return CompletableFuture.completedFuture(refusePoll());
        }
        // The leader refuses connections from the candidate: wait for the next heartbeat here before believing it.
        CompletableFuture<PollResponse> later = new CompletableFuture<>();
        timers.after(
                Duration.ofNanos(wait),
                () -> raft.getThreadContext().execute(() -> {
                    if (silence() < patience.toNanos()) {
                        later.complete(refusePoll());
                    } else {
                        supported(request).thenAccept(later::complete);
                    }
                }));
        return later;
    }

    private CompletableFuture<PollResponse> supported(PollRequest request) {
        clock.giveUpLeader(); // so that the vote that follows is not refused
        return raft.getRaftRole().onPoll(request);
    }

    CompletableFuture<VoteResponse> vote(VoteRequest request) {
        boolean led = silence() < tuning.election().toNanos();
        if (led
                || !isMember(request.candidate())
                || !guards.mayVote(request.term(), request.candidate(), request.lastLogIndex())) {
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

    /** How long ago there was a leader with a quorum, as far as this node knows. */
    private long silence() {
        long now = timers.nanos();
        if (raft.getRole() == RaftServer.Role.LEADER) {
            MemberId self = raft.getCluster().getMember().memberId();
            return now - clock.asLeader(self, raft.getCluster().getMembers(), now);
        }
        return clock.leaderSilence(now);
    }

    private boolean isMember(MemberId candidate) {
        return raft.getCluster().getMemberState(candidate) != null;
    }

    private PollResponse refusePoll() {
        return PollResponse.builder()
                .withStatus(RaftResponse.Status.OK)
                .withTerm(raft.getTerm())
                .withAccepted(false)
                .build();
    }
}
