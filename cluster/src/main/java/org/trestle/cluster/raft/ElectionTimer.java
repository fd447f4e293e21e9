package org.trestle.cluster.raft;

import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.roles.FollowerRole;
import io.atomix.protocols.raft.roles.RaftRole;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Keeps a follower's election timer alive. Atomix drops it for good when it fires while the node is still applying what was
 * committed before it started: when that happens to a majority, as after a restart of all nodes on a busy machine, nobody
 * ever calls an election again. On the Raft thread.
 */
final class ElectionTimer {
    private final RaftContext raft;
    private final Field timer;
    private final Method restart;

    ElectionTimer(RaftContext raft) throws ReflectiveOperationException {
        this.raft = raft;
        timer = FollowerRole.class.getDeclaredField("heartbeatTimer");
        timer.setAccessible(true);
        restart = FollowerRole.class.getDeclaredMethod("resetHeartbeatTimeout");
        restart.setAccessible(true);
    }

    /** Starts the timer again when it is gone. */
    void keep() {
        RaftRole role = raft.getRaftRole();
        if (raft.getRole() != RaftServer.Role.FOLLOWER || !(role instanceof FollowerRole)) {
            return;
        }
        try {
            if (timer.get(role) == null) {
                restart.invoke(role);
            }
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
