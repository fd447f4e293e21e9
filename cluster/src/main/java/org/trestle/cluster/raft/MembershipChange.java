package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.ConfigurationResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.storage.system.Configuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.Timers;

/**
 * Brings this node into the configuration as a voter, and takes members out of it. Each step is asked for again until it
 * is seen to be done: an answer alone proves little, because Atomix changes a member before the change is committed.
 * On the Raft thread.
 */
final class MembershipChange {
    private static final Logger LOG = LoggerFactory.getLogger(MembershipChange.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** How often the leader may fail to confirm a vote before it is asked for again. */
    private static final int DOUBTS = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RaftContext raft;
    private final RaftLink link;
    private final Timers timers;

    MembershipChange(RaftContext raft, RaftLink link, Timers timers) {
        this.raft = raft;
        this.link = link;
        this.timers = timers;
    }

    /** Joins through any of {@code seeds}; completes when this node votes. */
    CompletableFuture<Void> join(Collection<NodeId> seeds) {
        Attempt attempt = new Attempt(seeds.stream().map(Ids::member).toList());
        raft.getThreadContext().execute(attempt::begin);
        return attempt.done;
    }

    /** Removes {@code node}; completes when the configuration without it is committed. */
    CompletableFuture<Void> remove(NodeId node) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        long deadline = timers.nanos() + PATIENCE.toNanos();
        raft.getThreadContext().execute(() -> leave(Ids.member(node), deadline, done));
        return done;
    }

    private void leave(MemberId node, long deadline, CompletableFuture<Void> done) {
        RaftMember leader = raft.getLeader();
        if (timers.nanos() - deadline > 0) {
            done.completeExceptionally(new ClusterUnavailableException(
                    "node " + node.id() + " was not removed: no quorum of the cluster answered"));
            return;
        }
        if (leader == null) {
            later(() -> leave(node, deadline, done));
            return;
        }
        LeaveRequest request = LeaveRequest.builder()
                .withMember(new DefaultRaftMember(node, RaftMember.Type.ACTIVE, Instant.EPOCH))
                .build();
        link.ask(leader.memberId(), request)
                .whenCompleteAsync(
                        (noted, error) -> {
                            if (error == null
                                    && noted.message() instanceof RaftResponse response
                                    && response.status() == RaftResponse.Status.OK) {
                                left(node);
                                done.complete(null);
                            } else {
                                later(() -> leave(node, deadline, done));
                            }
                        },
                        raft.getThreadContext());
    }

    private void left(MemberId node) {
        if (node.equals(raft.getCluster().getMember().memberId())) {
            link.retire();
            raft.transition(RaftServer.Role.INACTIVE);
        }
    }

    private void later(Runnable task) {
        timers.after(PAUSE, () -> raft.getThreadContext().execute(task));
    }

    /** One way into the cluster. */
    private final class Attempt {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        final List<MemberId> seeds;
        final long deadline = timers.nanos() + PATIENCE.toNanos();
        int turn;
        int doubts;

        @Nullable
        String lastError;

        Attempt(List<MemberId> seeds) {
            this.seeds = seeds;
        }

        void begin() {
            MemberId self = self();
            if (raft.getCluster().getConfiguration() == null) {
                List<RaftMember> members = new ArrayList<>();
                members.add(new DefaultRaftMember(self, RaftMember.Type.PROMOTABLE, Instant.now()));
                seeds.stream()
                        .filter(seed -> !seed.equals(self))
                        .forEach(seed ->
                                members.add(new DefaultRaftMember(seed, RaftMember.Type.ACTIVE, Instant.now())));
                raft.getCluster().configure(new Configuration(0, 0, System.currentTimeMillis(), members));
            }
            step();
        }

        private void step() {
            if (link.retired()) {
                done.completeExceptionally(new IllegalStateException("node " + self().id()
                        + " was removed from this cluster and cannot come back with the same id"));
            } else if (timers.nanos() - deadline > 0) {
                done.completeExceptionally(
                        new ClusterUnavailableException("the cluster did not take this node in within "
                                + PATIENCE.toSeconds() + " s" + (lastError == null ? "" : ": " + lastError)));
            } else if (!isMember()) {
                ask(
                        JoinRequest.builder()
                                .withMember(new DefaultRaftMember(self(), RaftMember.Type.PROMOTABLE, Instant.now()))
                                .build(),
                        this::step);
            } else if (!votes()) {
                promote();
            } else {
                verify();
            }
        }

        private void promote() {
            Configuration known = raft.getCluster().getConfiguration();
            // A voter that lags would hold up every commit: vote only after everything up to the own entry is here.
            if (raft.getLeader() == null || raft.getLastApplied() < known.index()) {
                later(this::step);
                return;
            }
            ask(reconfigure(known, RaftMember.Type.ACTIVE), this::step);
        }

        private void verify() {
            Configuration known = raft.getCluster().getConfiguration();
            boolean here = raft.getRole() == RaftServer.Role.FOLLOWER || raft.getRole() == RaftServer.Role.LEADER;
            RaftMember leader = raft.getLeader();
            if (!here || leader == null || raft.getLastApplied() < known.index()) {
                later(this::step);
                return;
            }
            link.ask(leader.memberId(), RaftDoor.VOTERS)
                    .whenCompleteAsync(
                            (noted, error) -> {
                                if (error != null || !(noted.message() instanceof String voters)) {
                                    later(this::step);
                                } else if (List.of(voters.split(" ")).contains(self().id())) {
                                    LOG.info("joined the cluster: node={} votes, voters={}", self().id(), voters);
                                    done.complete(null);
                                } else {
                                    unsettled();
                                }
                            },
                            raft.getThreadContext());
        }

        /** The leader believes that this node votes but has not stored it: lost with an earlier leader, or still to come. */
        private void unsettled() {
            if (++doubts % DOUBTS != 0) {
                later(this::step);
                return;
            }
            LOG.warn("the vote of node={} is not committed; asking for it again", self().id());
            ask(reconfigure(raft.getCluster().getConfiguration(), RaftMember.Type.PROMOTABLE), this::step);
        }

        private ReconfigureRequest reconfigure(Configuration known, RaftMember.Type type) {
            return ReconfigureRequest.builder()
                    .withIndex(known.index())
                    .withTerm(known.term())
                    .withMember(new DefaultRaftMember(self(), type, Instant.now()))
                    .build();
        }

        private MemberId self() {
            return raft.getCluster().getMember().memberId();
        }

        private boolean isMember() {
            Configuration known = raft.getCluster().getConfiguration();
            return known.index() > 0
                    && known.members().stream()
                            .anyMatch(member -> member.memberId().equals(self()));
        }

        private boolean votes() {
            return raft.getCluster().getConfiguration().members().stream()
                    .anyMatch(member -> member.memberId().equals(self()) && member.getType() == RaftMember.Type.ACTIVE);
        }

        private void ask(Object request, Runnable next) {
            RaftMember leader = raft.getLeader();
            MemberId target =
                    leader != null && turn % 2 == 0 ? leader.memberId() : seeds.get((turn / 2) % seeds.size());
            turn++;
            link.ask(target, request)
                    .whenCompleteAsync(
                            (noted, error) -> {
                                if (error == null
                                        && noted.message() instanceof ConfigurationResponse response
                                        && response.status() == RaftResponse.Status.OK) {
                                    turn = 0;
                                    raft.getCluster()
                                            .configure(new Configuration(
                                                    response.index(),
                                                    response.term(),
                                                    response.timestamp(),
                                                    response.members()));
                                    next.run();
                                } else {
                                    lastError = error == null ? "refused by " + target.id() : error.getMessage();
                                    later(next);
                                }
                            },
                            raft.getThreadContext());
        }
    }
}
