package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.atomix.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.time.Timers;

/**
 * Every Raft message that arrives comes through here, on the Raft thread, past the guards, to Atomix's current role.
 * A disk that fails stops the process.
 */
final class RaftDoor {
    /** Asks the leader who votes, as it has it on disk; the answer is the ids, separated by spaces. */
    static final String VOTERS = "voters";

    /** From a node that has just started: hearing it is all that is wanted. */
    static final String HELLO = "hello";

    private static final Logger LOG = LoggerFactory.getLogger(RaftDoor.class);

    private final RaftContext raft;
    private final Parts parts;
    private volatile long settledAt = Long.MAX_VALUE;

    /** What stands behind the door. */
    record Parts(
            Appends appends,
            Ballot ballot,
            HandOver handOver,
            QuorumClock clock,
            Replica replica,
            DiskSpace space,
            Halt halt,
            Timers timers) {}

    RaftDoor(RaftContext raft, Parts parts) {
        this.raft = raft;
        this.parts = parts;
    }

    /** On the Raft thread, when this node has become leader: it serves once it has applied what it found in the log. */
    void leads() {
        settledAt = raft.getLogWriter().getLastIndex();
        parts.clock.lead(parts.timers.nanos());
    }

    /** True when this node leads and has applied everything that was committed before. Any thread. */
    boolean settled() {
        return raft.getRole() == RaftServer.Role.LEADER && raft.getLastApplied() >= settledAt;
    }

    CompletableFuture<Wire.Noted> serve(MemberId from, Wire.Noted message) {
        CompletableFuture<Wire.Noted> answer = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> {
            try {
                CompletableFuture<?> admitted = admit(from, message);
                if (message.message() instanceof CommandRequest) {
                    // It is committed on the way, and that is noted before anybody is told.
                    admitted.whenCompleteAsync(
                            (response, error) -> {
                                parts.appends.markCommitted();
                                answer(answer, response, error);
                            },
                            raft.getThreadContext());
                } else {
                    admitted.whenComplete((response, error) -> answer(answer, response, error));
                }
            } catch (StorageException failure) {
                LOG.error(
                        "The disk fails: the log in {} cannot be written; this node stops",
                        raft.getStorage().directory(),
                        failure);
                parts.halt.halt("the log cannot be written: " + failure);
                answer.completeExceptionally(failure);
            } catch (RuntimeException failure) {
                LOG.error("A Raft message from node={} could not be handled", from.id(), failure);
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private void answer(CompletableFuture<Wire.Noted> answer, Object response, @Nullable Throwable error) {
        if (error != null) {
            answer.completeExceptionally(error);
        } else {
            answer.complete(new Wire.Noted(response, raft.getTerm(), raft.getCommitIndex()));
        }
    }

    private CompletableFuture<?> admit(MemberId from, Wire.Noted noted) {
        Object message = noted.message();
        RaftMemberContext member = raft.getCluster().getMemberState(from);
        if (member == null && parts.replica.retired(Ids.node(from)) && !(message instanceof LeaveRequest)) {
            return CompletableFuture.completedFuture(RaftLink.RETIRED);
        }
        if (member != null && member.getFailureCount() > 0) {
            member.resetFailureCount(); // or the leader would not try again for up to a minute
        }
        if (message instanceof AppendRequest request) {
            parts.space.check();
            return parts.appends.append(request, noted.first());
        } else if (message instanceof PollRequest request) {
            return parts.ballot.poll(request, noted.first() == 1);
        } else if (message instanceof VoteRequest request) {
            return parts.ballot.vote(request);
        } else if (message instanceof InstallRequest request) {
            parts.space.check();
            parts.clock.heardLeader(parts.timers.nanos(), 0);
            return raft.getRaftRole().onInstall(request);
        } else if (message instanceof ConfigureRequest request) {
            return raft.getRaftRole().onConfigure(request);
        } else if (message instanceof String word) {
            return word(from, word, noted.first());
        }
        return member(message);
    }

    private CompletableFuture<String> word(MemberId from, String word, long term) {
        String answer = "";
        switch (word) {
            case HandOver.RELEASE -> parts.handOver.released(from, term);
            case HandOver.STAND -> parts.handOver.stand(from, term);
            case VOTERS -> answer = voters();
            case HELLO -> LOG.debug("node={} is back", from.id());
            default -> throw new IllegalArgumentException("unexpected word " + word);
        }
        return CompletableFuture.completedFuture(answer);
    }

    /** Only what is stored counts: in memory, Atomix changes a member before the change is committed. */
    private String voters() {
        Configuration stored = raft.getMetaStore().loadConfiguration();
        if (!settled() || stored == null) {
            throw new IllegalStateException("this node does not lead");
        }
        return stored.members().stream()
                .filter(member -> member.getType() == RaftMember.Type.ACTIVE)
                .map(member -> member.memberId().id())
                .collect(Collectors.joining(" "));
    }

    private CompletableFuture<?> member(Object message) {
        if (message instanceof JoinRequest request) {
            return parts.replica.retired(Ids.node(request.member().memberId()))
                    ? CompletableFuture.completedFuture(RaftLink.RETIRED)
                    : raft.getRaftRole().onJoin(request);
        } else if (message instanceof ReconfigureRequest request) {
            return raft.getRaftRole().onReconfigure(request);
        } else if (message instanceof LeaveRequest request) {
            return leave(request);
        }
        return client(message);
    }

    private CompletableFuture<?> leave(LeaveRequest request) {
        MemberId leaving = request.member().memberId();
        if (raft.getRole() != RaftServer.Role.LEADER) {
            return raft.getRaftRole().onLeave(request);
        }
        if (leaving.equals(raft.getCluster().getMember().memberId())) {
            parts.handOver.begin(); // a leader does not remove itself: the next one does
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the leader hands over before it leaves; ask the next leader"));
        }
        Configuration known = raft.getCluster().getConfiguration();
        if (raft.getCluster().getMember(leaving) == null && known.index() <= raft.getCommitIndex()) {
            return CompletableFuture.completedFuture(LeaveResponse.builder()
                    .withStatus(RaftResponse.Status.OK)
                    .withIndex(known.index())
                    .withTerm(known.term())
                    .withTime(known.time())
                    .withMembers(known.members())
                    .build());
        }
        return raft.getRaftRole().onLeave(request);
    }

    private CompletableFuture<?> client(Object message) {
        boolean ready = raft.getState() == RaftContext.State.READY && settled();
        if (message instanceof CommandRequest request) {
            parts.space.check();
            return ready
                    ? raft.getRaftRole().onCommand(request)
                    : CompletableFuture.completedFuture(CommandResponse.builder()
                            .withStatus(RaftResponse.Status.ERROR)
                            .withError(RaftError.Type.ILLEGAL_MEMBER_STATE)
                            .build());
        } else if (!ready) {
            return CompletableFuture.failedFuture(new IllegalStateException("this node does not lead"));
        } else if (message instanceof OpenSessionRequest request) {
            return raft.getRaftRole().onOpenSession(request);
        } else if (message instanceof KeepAliveRequest request) {
            return raft.getRaftRole().onKeepAlive(request);
        }
        throw new IllegalArgumentException(
                "unexpected message " + message.getClass().getName());
    }
}
