package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.time.Timers;

/**
 * Makes a follower ask for an election as soon as nobody listens at the leader's address any more, rather than after
 * the election time-out. Followers take turns, so that they do not split the vote. Any thread.
 */
final class LeaderLoss {
    private static final Duration TURN = Duration.ofMillis(60);
    /** How often a leader that was refused and heard again is looked at once more. */
    private static final int CHECKS = 3;

    private final Timers timers;
    private final QuorumClock clock;
    private final Peers peers;
    /** Three heartbeats: a leader that is not heard for so long, and refuses connections, is gone. */
    private final Duration silence;

    private volatile @Nullable RaftContext context;
    private volatile @Nullable MemberId refused;

    LeaderLoss(Timers timers, QuorumClock clock, Peers peers, LogTuning tuning) {
        this.silence = tuning.heartbeat().multipliedBy(3);
        this.timers = timers;
        this.clock = clock;
        this.peers = peers;
    }

    void attach(RaftContext raft) {
        context = raft;
    }

    /** True from the moment at which the last leader refused a connection until a leader is heard again. */
    boolean leaderRefuses() {
        return refused != null;
    }

    void leaderHeard() {
        if (refused != null) {
            refused = null;
        }
    }

    /** Nobody listens at {@code node}'s address. */
    void onRefused(NodeId node) {
        RaftContext raft = context;
        if (raft != null) {
            raft.getThreadContext().execute(() -> check(raft, Ids.member(node)));
        }
    }

    private void check(RaftContext raft, MemberId node) {
        RaftMember leader = raft.getLeader();
        if (raft.getRole() != RaftServer.Role.FOLLOWER
                || leader == null
                || !leader.memberId().equals(node)) {
            return;
        }
        refused = node;
        clock.giveUpLeader();
        long term = raft.getTerm();
        later(raft, TURN.multipliedBy(turn(raft, node)), () -> elect(raft, node, term, CHECKS));
    }

    /** What the leader sent last may arrive after the news of its end, so it counts as alive only if it goes on. */
    private void elect(RaftContext raft, MemberId node, long term, int checks) {
        RaftMember leader = raft.getLeader();
        boolean still =
                raft.getTerm() == term && leader != null && leader.memberId().equals(node);
        if (!still || raft.getRole() != RaftServer.Role.FOLLOWER) {
            return;
        }
        long wait = silence.toNanos() - clock.leaderSilence(timers.nanos());
        if (wait <= 0) {
            refused = node;
            clock.giveUpLeader();
            peers.lost(node);
        } else if (checks > 0) {
            later(raft, Duration.ofNanos(wait), () -> elect(raft, node, term, checks - 1));
        }
    }

    private void later(RaftContext raft, Duration delay, Runnable task) {
        timers.after(delay, () -> raft.getThreadContext().execute(task));
    }

    private static int turn(RaftContext raft, MemberId gone) {
        List<MemberId> voters = raft.getCluster().getMembers().stream()
                .filter(member -> member.getType() == RaftMember.Type.ACTIVE)
                .map(RaftMember::memberId)
                .filter(id -> !id.equals(gone))
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
        return Math.max(0, voters.indexOf(raft.getCluster().getMember().memberId()));
    }
}
