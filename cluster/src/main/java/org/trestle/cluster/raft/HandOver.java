package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.TransferRequest;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.time.Timers;

/**
 * Passes leadership on without a gap: the leader commits what it has, steps down, tells everybody that its word protects
 * it no longer, and asks the most up-to-date voter to stand. On the Raft thread.
 */
final class HandOver {
    /** From the leader to everybody: votes may be given. */
    static final String RELEASE = "release";
    /** From the leader to its successor: stand for election now. */
    static final String STAND = "stand";

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final RaftContext raft;
    private final RaftLink link;
    private final QuorumClock clock;
    private final Timers timers;

    HandOver(RaftContext raft, RaftLink link, QuorumClock clock, Timers timers) {
        this.raft = raft;
        this.link = link;
        this.clock = clock;
        this.timers = timers;
    }

    CompletableFuture<Void> begin() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> transfer(done));
        return done;
    }

    private void transfer(CompletableFuture<Void> done) {
        if (raft.getRole() != RaftServer.Role.LEADER) {
            done.complete(null);
            return;
        }
        List<MemberId> voters = voters();
        if (voters.isEmpty()) {
            done.completeExceptionally(
                    new ClusterUnavailableException("there is no other voting member to hand leadership to"));
            return;
        }
        long term = raft.getTerm();
        Timers.Timer timer =
                timers.after(PATIENCE, () -> raft.getThreadContext().execute(() -> giveUp(term, done)));
        TransferRequest request =
                TransferRequest.builder().withMember(voters.get(0)).build();
        raft.getRaftRole()
                .onTransfer(request)
                .whenCompleteAsync(
                        (response, error) -> {
                            timer.cancel();
                            if (error == null && response.status() == RaftResponse.Status.OK) {
                                release(done);
                            } else {
                                giveUp(term, done);
                            }
                        },
                        raft.getThreadContext());
    }

    /** Atomix refuses commands for ever once a transfer has begun, so there is no way back to leading. */
    private void giveUp(long term, CompletableFuture<Void> done) {
        if (raft.getRole() == RaftServer.Role.LEADER && raft.getTerm() == term) {
            raft.setLeader(null);
            raft.transition(RaftServer.Role.FOLLOWER);
        }
        done.complete(null);
    }

    /** The other voters, whoever has most of the log first. */
    private List<MemberId> voters() {
        return raft
                .getCluster()
                .getActiveMemberStates(Comparator.comparingLong(RaftMemberContext::getMatchIndex)
                        .reversed())
                .stream()
                .map(voter -> voter.getMember().memberId())
                .toList();
    }

    private void release(CompletableFuture<Void> done) {
        List<MemberId> voters = voters(); // in their order of now: everything has been committed meanwhile
        if (voters.isEmpty()) {
            done.complete(null);
            return;
        }
        MemberId successor = voters.get(0);
        LOG.info("handing leadership over to node={}", successor.id());
        clock.giveUpLeader();
        CompletableFuture<?>[] told = voters.stream()
                .skip(1)
                .map(voter -> link.ask(voter, RELEASE).exceptionally(unheard -> null))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(told)
                .thenCompose(all -> link.ask(successor, STAND).exceptionally(unheard -> null))
                .thenAccept(stood -> done.complete(null));
    }

    /** On a follower: the leader has released its voters. */
    void released(MemberId from, long term) {
        if (isLeader(from, term)) {
            clock.giveUpLeader();
        }
    }

    /** On the successor: the leader has stepped down in its favor. */
    void stand(MemberId from, long term) {
        if (isLeader(from, term) && raft.getRole() == RaftServer.Role.FOLLOWER) {
            clock.giveUpLeader();
            raft.setLeader(null);
            raft.transition(RaftServer.Role.CANDIDATE);
        }
    }

    private boolean isLeader(MemberId from, long term) {
        RaftMember leader = raft.getLeader();
        return leader != null && leader.memberId().equals(from) && raft.getTerm() == term;
    }
}
