package org.trestle.cluster.raft;

import io.atomix.protocols.raft.impl.RaftContext;
import org.trestle.cluster.log.LogException;

/** What is looked after of Atomix's own timers, which only reflection reaches. On the Raft thread. */
record RoleTimers(ElectionTimer election, Heartbeats heartbeats) {

    static RoleTimers of(RaftContext raft) throws LogException {
        try {
            return new RoleTimers(new ElectionTimer(raft), new Heartbeats(raft));
        } catch (ReflectiveOperationException otherVersion) {
            throw new LogException("the Raft library is not the version that this engine was made for", otherVersion);
        }
    }

    void keep() {
        election.keep();
        heartbeats.keep();
    }
}
