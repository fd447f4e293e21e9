package org.trestle.cluster.raft;

import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.roles.LeaderRole;
import io.atomix.protocols.raft.roles.RaftRole;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Stops a leader's heartbeat while there is nobody to hear it: in a cluster of one it would wake an idle node forty times a
 * second for nothing. On the Raft thread.
 */
final class Heartbeats {
    private final RaftContext raft;
    private final Method start;
    private final Method cancel;
    private volatile @Nullable LeaderRole silent;

    Heartbeats(RaftContext raft) throws ReflectiveOperationException {
        this.raft = raft;
        start = LeaderRole.class.getDeclaredMethod("startAppendTimer");
        start.setAccessible(true);
        cancel = LeaderRole.class.getDeclaredMethod("cancelAppendTimer");
        cancel.setAccessible(true);
    }

    /** Stops the heartbeat of a leader without other members, and starts it again when there are some. */
    void keep() {
        RaftRole role = raft.getRaftRole();
        boolean alone = raft.getCluster().getRemoteMemberStates().isEmpty();
        if (!(role instanceof LeaderRole leader)) {
            silent = null;
        } else if (alone && silent != leader) {
            call(cancel, leader);
            silent = leader;
        } else if (!alone && silent == leader) {
            silent = null;
            call(start, leader);
        }
    }

    /** Whether the heartbeat is stopped; for tests. */
    boolean silent() {
        return silent != null;
    }

    private static void call(Method method, LeaderRole leader) {
        try {
            method.invoke(leader);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
