package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import java.util.Collection;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.time.Timers;

/**
 * What this node can say of its log at any moment. Indexes are numbers of commands, as the state machine counts them,
 * not places in Raft's log. Any thread.
 */
record LogView(RaftContext raft, RaftDoor door, QuorumClock clock, Replica replica, RaftLink link, Timers timers) {

    LogStatus status() {
        MemberId self = raft.getCluster().getMember().memberId();
        RaftMember leader = raft.getLeader();
        Collection<RaftMember> members = raft.getCluster().getMembers();
        long position = replica.position();
        long behind = Math.max(0, raft.getCommitIndex() - raft.getLastApplied());
        return new LogStatus(
                door.settled(),
                raft.getTerm(),
                leader == null ? null : Ids.node(leader.memberId()),
                position + behind,
                position,
                clock.quorumHeard(self, members, timers.nanos()),
                members.stream()
                        .filter(member -> !link.retired() || !member.memberId().equals(self))
                        .map(member -> new LogStatus.Member(
                                Ids.node(member.memberId()), member.getType() == RaftMember.Type.ACTIVE))
                        .sorted((a, b) -> a.id().compareTo(b.id()))
                        .toList());
    }
}
