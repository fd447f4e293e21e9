package org.trestle.cluster.raft;

import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.storage.StorageException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.trestle.cluster.time.Timers;

/** Takes entries from the leader: past the guards, and onto the disk before they are acknowledged. On the Raft thread. */
final class Appends {
    private final RaftContext raft;
    private final Guards guards;
    private final QuorumClock clock;
    private final LeaderLoss loss;
    private final SyncMark synced;
    private final LogReaders readers;
    private final Timers timers;
    private long matchedTerm;
    private long matched;

    /** What entries pass on their way. */
    record Parts(
            RaftContext raft, Guards guards, QuorumClock clock, LeaderLoss loss, SyncMark synced, LogReaders readers) {}

    Appends(Parts parts, Timers timers) {
        this.raft = parts.raft();
        this.guards = parts.guards();
        this.clock = parts.clock();
        this.loss = parts.loss();
        this.synced = parts.synced();
        this.readers = parts.readers();
        this.timers = timers;
    }

    CompletableFuture<AppendResponse> append(AppendRequest request, long quorumAge) {
        AppendRequest admitted = guards.admit(request);
        if (admitted == null) {
            return raft.getRaftRole()
                    .onAppend(guards.silenced(request))
                    .thenApply(response -> guards.refusal(request, response));
        }
        boolean overlap = !admitted.entries().isEmpty() && raft.getLogWriter().getLastIndex() > admitted.prevLogIndex();
        if (overlap) {
            mayTruncate(admitted);
        }
        return raft.getRaftRole().onAppend(admitted).thenApply(response -> {
            if (overlap) {
                readers.refresh(); // before anything is applied: that is a later task of this thread
            }
            if (response.status() == RaftResponse.Status.OK && response.term() == request.term()) {
                clock.heardLeader(timers.nanos(), quorumAge);
                loss.leaderHeard();
                if (response.succeeded()) {
                    keep(admitted, response);
                }
            }
            return response;
        });
    }

    private void mayTruncate(AppendRequest request) {
        long kept = request.prevLogTerm() == 0 ? 0 : request.prevLogIndex();
        if (kept < synced.mark()) {
            mark(kept);
        }
    }

    /** Atomix acknowledges entries before they are on disk, so a power failure could take them back. */
    private void keep(AppendRequest request, AppendResponse response) {
        if (!request.entries().isEmpty()) {
            raft.getLogWriter().flush();
            mark(raft.getLogWriter().getLastIndex());
        }
        matchedTerm = request.term();
        matched = response.lastLogIndex();
    }

    /** What is committed here has been flushed by Atomix. */
    void markCommitted() {
        long committed = Math.min(raft.getCommitIndex(), raft.getLogWriter().getLastIndex());
        if (committed > synced.mark()) {
            mark(committed);
        }
    }

    private void mark(long index) {
        try {
            synced.set(index);
        } catch (IOException failure) {
            throw new StorageException(failure);
        }
    }

    /**
     * The leader of {@code term} has said that {@code commit} is committed: applies as much of that as is known to be
     * the same here, without waiting for the next heartbeat.
     */
    void advance(long term, long commit) {
        if (term != matchedTerm || term != raft.getTerm() || raft.getRole() == RaftServer.Role.LEADER) {
            return;
        }
        long known = Math.min(commit, matched);
        if (known > raft.getCommitIndex()) {
            raft.setFirstCommitIndex(known);
            raft.setCommitIndex(known);
            raft.getServiceManager().applyAll(known);
        }
    }
}
