package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.storage.journal.Indexed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks what Atomix forgets to check before it changes its log or gives its vote. On the Raft thread.
 *
 * <p>A leader that has compacted its log sends the first entry it still has with {@code prevLogTerm == 0}. Atomix takes
 * that as leave to throw its own log away and to start in the middle, whether or not it has what came before. A node
 * whose disk was emptied thereby acknowledges, and is elected with, entries it never had.
 */
final class Guards {
    private final RaftContext raft;
    /** A term in which a vote was cast before this process started: the record of whom it went to may be gone. */
    private final long termAtStart;

    private final Map<Long, MemberId> votes = new HashMap<>();
    private long votedTerm;

    Guards(RaftContext raft) {
        this.raft = raft;
        this.termAtStart = raft.getTerm();
    }

    /** What to give to Atomix instead of {@code request}; null when it must be refused. */
    @Nullable
    AppendRequest admit(AppendRequest request) {
        if (request.prevLogTerm() != 0 || request.term() < raft.getTerm()) {
            return request;
        }
        if (request.entries().isEmpty()) {
            return request.prevLogIndex() == 0 || covered(request.prevLogIndex()) ? request : null;
        }
        long first = request.prevLogIndex() + 1;
        RaftLogEntry head = request.entries().get(0);
        if (has(first, head.term())) {
            // This node has that entry, so nothing is to be thrown away: an ordinary request that begins one later.
            List<RaftLogEntry> rest =
                    request.entries().subList(1, request.entries().size());
            return append(request, first, head.term(), rest, request.commitIndex());
        }
        if (request.prevLogIndex() == 0) {
            return raft.getCommitIndex() == 0 && snapshotIndex() == 0 ? request : null;
        }
        return snapshotIndex() >= request.prevLogIndex() && raft.getCommitIndex() <= snapshotIndex() ? request : null;
    }

    /** A request like {@code refused} that changes nothing: it only lets Atomix know the term and the leader. */
    AppendRequest silenced(AppendRequest refused) {
        return append(refused, refused.prevLogIndex(), 0, List.of(), 0);
    }

    /**
     * The answer to a refused request: go on after this node's last entry or, when it has nothing there, send the
     * snapshot.
     */
    AppendResponse refusal(AppendRequest refused, AppendResponse response) {
        long last = raft.getLogWriter().getLastIndex();
        return AppendResponse.builder()
                .withStatus(RaftResponse.Status.OK)
                .withTerm(response.term())
                .withSucceeded(false)
                .withLastLogIndex(last > refused.prevLogIndex() ? last : 0)
                .build();
    }

    static boolean wantsSnapshot(AppendRequest request, AppendResponse response) {
        return request.prevLogTerm() == 0
                && request.prevLogIndex() > 0
                && !response.succeeded()
                && response.lastLogIndex() == 0;
    }

    /** Whether this node may vote for {@code candidate} in {@code term}; Atomix forgets its vote when a leader appears. */
    boolean mayVote(long term, MemberId candidate, long lastLogIndex) {
        if (term <= termAtStart || term < votedTerm || lastLogIndex < snapshotIndex()) {
            return false;
        }
        MemberId earlier = votes.get(term);
        return earlier == null || earlier.equals(candidate);
    }

    void voted(long term, MemberId candidate) {
        if (term > votedTerm) {
            votes.clear();
            votedTerm = term;
        }
        votes.put(term, candidate);
    }

    private boolean covered(long index) {
        return Math.max(raft.getLastApplied(), snapshotIndex()) >= index;
    }

    private long snapshotIndex() {
        Snapshot newest = raft.getSnapshotStore().getCurrentSnapshot();
        return newest == null ? 0 : newest.index();
    }

    private boolean has(long index, long term) {
        RaftLogReader reader = raft.getLogReader();
        if (index > raft.getLogWriter().getLastIndex() || index < reader.getFirstIndex()) {
            return false;
        }
        reader.reset(index);
        if (!reader.hasNext()) {
            return false;
        }
        Indexed<RaftLogEntry> entry = reader.next();
        return entry.index() == index && entry.entry().term() == term;
    }

    private static AppendRequest append(
            AppendRequest like, long prevIndex, long prevTerm, List<RaftLogEntry> entries, long commit) {
        return AppendRequest.builder()
                .withTerm(like.term())
                .withLeader(like.leader())
                .withPrevLogIndex(prevIndex)
                .withPrevLogTerm(prevTerm)
                .withEntries(entries)
                .withCommitIndex(commit)
                .build();
    }
}
