package org.trestle.cluster.sim;

import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogStatus.Member;

/** Changes of the engine's members: one at a time, each in one entry; who joins votes when it has caught up. */
final class MemoryMembers {
    /** How long joining and removing go on trying. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final byte[] NOT_NOW = {0};
    private static final byte[] DONE = {1};

    private final MemoryLog log;
    private final MemoryApplier applier;
    private final Random random;
    private final Map<CompletableFuture<byte[]>, Long> committing = new HashMap<>();

    MemoryMembers(MemoryLog log, MemoryApplier applier, Random random) {
        this.log = log;
        this.applier = applier;
        this.random = random;
    }

    CompletionStage<Void> change(boolean joins, NodeId member, List<NodeId> seeds) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        byte[] body = MemoryWire.write(out -> {
            out.writeBoolean(joins);
            MemoryWire.node(out, member);
        });
        attempt(joins, body, seeds, done, log.nanos() + PATIENCE.toNanos());
        return done;
    }

    private void attempt(boolean joins, byte[] body, List<NodeId> seeds, CompletableFuture<Void> done, long deadline) {
        if (joins && settled() && log.votes()) {
            done.complete(null);
            return;
        }
        if (log.nanos() > deadline) {
            done.completeExceptionally(new ClusterUnavailableException("the members could not be changed in time"));
            return;
        }
        request(body, seeds).whenComplete((taken, failure) -> {
            if (!joins && failure == null && taken[0] == 1) {
                done.complete(null);
            } else {
                log.afterHeartbeat(() -> attempt(joins, body, seeds, done, deadline));
            }
        });
    }

    private CompletionStage<byte[]> request(byte[] body, List<NodeId> seeds) {
        NodeId leader = log.leader();
        if (log.leading()) {
            return MemoryWire.read(body, this::asked);
        } else if (leader != null) {
            return log.ask(leader, "log.members", body);
        }
        return seeds.isEmpty()
                ? CompletableFuture.completedFuture(NOT_NOW)
                : log.ask(seeds.get(random.nextInt(seeds.size())), "log.members", body);
    }

    /** Whether the last change is committed, and may be followed by another. */
    boolean settled() {
        return applier.membersIndex() <= log.commit();
    }

    CompletionStage<byte[]> asked(DataInputStream in) throws IOException {
        boolean joins = in.readBoolean();
        NodeId member = MemoryWire.node(in);
        NodeId leader = log.leader();
        if (!log.leading() && leader != null) {
            return log.ask(leader, "log.members", MemoryWire.write(out -> {
                out.writeBoolean(joins);
                MemoryWire.node(out, member);
            }));
        }
        if (!log.leading() || !settled() || !log.committedInTerm()) {
            return CompletableFuture.completedFuture(NOT_NOW);
        }
        List<Member> members = new ArrayList<>(applier.members());
        if (members.stream().anyMatch(each -> each.id().equals(member)) == joins) {
            return CompletableFuture.completedFuture(DONE);
        }
        if (joins) {
            members.add(new Member(member, false));
        } else {
            members.removeIf(each -> each.id().equals(member));
        }
        CompletableFuture<byte[]> done = new CompletableFuture<>();
        committing.put(done, log.lastIndex() + 1);
        log.appendMembers(members);
        return done;
    }

    /** Lets a member vote that has caught up. */
    void promote() {
        List<Member> members = new ArrayList<>(applier.members());
        for (Member member : members) {
            if (!member.voting() && settled() && log.committedInTerm() && log.has(member.id()) >= log.commit()) {
                members.replaceAll(each -> each.equals(member) ? new Member(member.id(), true) : each);
                log.appendMembers(members);
                return;
            }
        }
    }

    /** Answers those whose change is committed by now. */
    void committed(long commit) {
        for (Map.Entry<CompletableFuture<byte[]>, Long> waiter :
                Map.copyOf(committing).entrySet()) {
            if (waiter.getValue() <= commit) {
                committing.remove(waiter.getKey());
                waiter.getKey().complete(DONE);
            }
        }
    }

    /** Another node leads from now on: those who wait have to ask it. */
    void deposed() {
        List<CompletableFuture<byte[]>> waiters = List.copyOf(committing.keySet());
        committing.clear();
        waiters.forEach(waiter -> waiter.complete(NOT_NOW));
    }

    /** Lets the first member that has everything call an election at once. */
    CompletionStage<Void> handOver(long deadline) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        handOver(done, deadline);
        return done;
    }

    private void handOver(CompletableFuture<Void> done, long deadline) {
        if (!log.leading()) {
            done.complete(null);
        } else if (log.nanos() > deadline) {
            done.completeExceptionally(new ClusterUnavailableException("no other member could take over"));
        } else {
            log.voters().stream()
                    .filter(voter -> !voter.equals(log.self()) && log.has(voter) == log.lastIndex())
                    .findFirst()
                    .ifPresent(voter -> log.ask(voter, "log.lead", new byte[0]));
            log.afterHeartbeat(() -> handOver(done, deadline));
        }
    }
}
