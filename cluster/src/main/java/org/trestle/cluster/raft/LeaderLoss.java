package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.Timers;

/**
 * Makes a follower ask for an election as soon as nobody listens at the leader's address any more, rather than after
 * the election time-out. Followers take turns, so that they do not split the vote. Any thread.
 */
final class LeaderLoss {
    private static final Duration TURN = Duration.ofMillis(60);

    private final Timers timers;
    private final QuorumClock clock;
    private final Peers peers;
    private volatile @Nullable RaftContext context;
    private volatile @Nullable MemberId refused;
    private volatile long refusedAt;

    LeaderLoss(Timers timers, QuorumClock clock, Peers peers) {
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
        refusedAt = timers.nanos();
        clock.giveUpLeader();
        long noticed = refusedAt;
        long term = raft.getTerm();
        timers.after(
                TURN.multipliedBy(turn(raft, node)),
                () -> raft.getThreadContext().execute(() -> elect(raft, node, term, noticed)));
    }

    private void elect(RaftContext raft, MemberId node, long term, long noticed) {
        boolean still = node.equals(refused) && refusedAt == noticed && raft.getTerm() == term;
        if (still && raft.getRole() == RaftServer.Role.FOLLOWER) {
            peers.lost(node);
        }
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
