package org.trestle.cluster.raft;

import io.atomix.cluster.ClusterMembershipEvent;
import io.atomix.cluster.ClusterMembershipEventListener;
import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.Member;
import io.atomix.cluster.MemberId;
import io.atomix.utils.net.Address;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * Stands where Atomix expects its gossip: there is none. Its one use is to tell a follower that the leader is gone,
 * which makes it ask for an election without waiting for its time-out.
 */
final class Peers implements ClusterMembershipService {
    private final Member self;
    private final Set<ClusterMembershipEventListener> listeners = new CopyOnWriteArraySet<>();

    Peers(MemberId self) {
        this.self = member(self);
    }

    private static Member member(MemberId id) {
        return Member.member(id, new Address("unused", 1));
    }

    void lost(MemberId leader) {
        ClusterMembershipEvent event =
                new ClusterMembershipEvent(ClusterMembershipEvent.Type.MEMBER_REMOVED, member(leader));
        listeners.forEach(listener -> listener.event(event));
    }

    @Override
    public Member getLocalMember() {
        return self;
    }

    @Override
    public Set<Member> getMembers() {
        return Set.of(self);
    }

    @Override
    public @Nullable Member getMember(MemberId memberId) {
        return memberId.equals(self.id()) ? self : null;
    }

    @Override
    public void addListener(ClusterMembershipEventListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(ClusterMembershipEventListener listener) {
        listeners.remove(listener);
    }
}
