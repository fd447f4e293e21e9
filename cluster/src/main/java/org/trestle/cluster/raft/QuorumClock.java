package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.RaftMember;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When this node was last known to be in touch with a quorum. As leader: the moment at which requests were sent that a
 * quorum has answered since. As follower: what the leader said of itself with its last message. Any thread.
 */
final class QuorumClock {
    private final Map<MemberId, Long> acks = new ConcurrentHashMap<>();
    private volatile long leaderHeard;
    private volatile boolean everHeard;
    private volatile long carried;
    private volatile long started;
    private volatile boolean leading;
    /** When this node led nobody but itself, for the last time since it leads; until then it was the quorum. */
    private volatile long alone;

    /** {@code member} answered something that this node, as leader, sent at {@code sent}. */
    void acknowledged(MemberId member, long sent) {
        acks.merge(member, sent, (a, b) -> a - b > 0 ? a : b);
    }

    /** The leader spoke at {@code now}, and had been in touch with a quorum {@code age} nanoseconds before. */
    void heardLeader(long now, long age) {
        leaderHeard = now;
        everHeard = true;
        carried = Math.max(carried, now - Math.max(0, age));
    }

    /** Nanoseconds since the leader was heard; a very long time when it was never, or has been given up. */
    long leaderSilence(long now) {
        return everHeard ? now - leaderHeard : Long.MAX_VALUE;
    }

    /** The leader is known to be gone: its last words protect it no longer. */
    void giveUpLeader() {
        everHeard = false;
    }

    /** This node leads from now on: a quorum has just voted for it, and has acknowledged nothing yet. */
    void lead(long now) {
        acks.clear();
        started = now;
        alone = now;
        everHeard = false;
        leading = true;
    }

    /** This node leads no longer; what it heard as leader counts on. */
    void follow(MemberId self, Collection<RaftMember> members, long now) {
        if (leading) {
            carried = Math.max(carried, asLeader(self, members, now));
            leading = false;
        }
    }

    /** The last moment of touch with a quorum, whatever this node is; 0 when there was none. */
    long quorumHeard(MemberId self, Collection<RaftMember> members, long now) {
        return leading ? asLeader(self, members, now) : carried;
    }

    /** The last moment of touch with a quorum, as the leader of {@code members}. */
    long asLeader(MemberId self, Collection<RaftMember> members, long now) {
        List<Long> heard = new ArrayList<>();
        for (RaftMember member : members) {
            if (member.getType() == RaftMember.Type.ACTIVE && !member.memberId().equals(self)) {
                heard.add(acks.getOrDefault(member.memberId(), started) - now);
            }
        }
        int needed = (heard.size() + 1) / 2; // beside this node itself
        if (needed == 0) {
            alone = now;
            return now;
        }
        heard.sort(Comparator.reverseOrder());
        return now + Math.max(heard.get(needed - 1), alone - now);
    }
}
