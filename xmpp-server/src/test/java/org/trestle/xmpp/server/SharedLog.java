package org.trestle.xmpp.server;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.state.ClusterState;

/**
 * One log for several nodes in one process: each entry is applied at every node before its submit returns, except at nodes
 * that were told to lag, which get what they missed when they catch up.
 */
final class SharedLog {
    private record Waiting(long index, CompletableFuture<Void> done) {}

    private final Object lock = new Object();
    private final List<byte[]> entries = new ArrayList<>();
    private final Map<NodeId, ClusterState> states = new LinkedHashMap<>();
    private final Map<NodeId, Integer> applied = new HashMap<>();
    private final Set<NodeId> lagging = new HashSet<>();
    private final Set<NodeId> cut = new HashSet<>();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private boolean applying;
    private final List<Waiting> waiting = new ArrayList<>();

    ClusterState join(NodeId node) {
        synchronized (lock) {
            ClusterState state = new ClusterState();
            states.put(node, state);
            applied.put(node, 0);
            catchUp(node);
            return state;
        }
    }

    /** Entries so far. */
    int size() {
        synchronized (lock) {
            return entries.size();
        }
    }

    /** While it lags a node applies nothing. */
    void lag(NodeId node, boolean on) {
        synchronized (lock) {
            if (on) {
                lagging.add(node);
            } else {
                lagging.remove(node);
                catchUp(node);
                complete();
            }
        }
    }

    /** A node without the others: its writes fail, it applies nothing, and nobody waits for it. */
    void cut(NodeId node, boolean on) {
        synchronized (lock) {
            if (on) {
                cut.add(node);
            } else {
                cut.remove(node);
                catchUp(node);
            }
            complete();
        }
    }

    private byte[] catchUp(NodeId node) {
        byte[] reply = new byte[0];
        for (int next = applied.get(node); next < entries.size(); next++) {
            reply = states.get(node).apply(next + 1, entries.get(next));
            applied.put(node, next + 1);
        }
        return reply;
    }

    /** Completes when all that can be reached have applied the entry. */
    CompletionStage<Void> everywhere(long index) {
        synchronized (lock) {
            Waiting wait = new Waiting(index, new CompletableFuture<>());
            waiting.add(wait);
            complete();
            return wait.done;
        }
    }

    private void complete() {
        waiting.removeIf(wait -> {
            boolean all = applied.entrySet().stream()
                    .allMatch(entry -> cut.contains(entry.getKey()) || entry.getValue() >= wait.index);
            if (all) {
                wait.done.complete(null);
            }
            return all;
        });
    }

    ReplicatedLog end(NodeId self) {
        return new End(self);
    }

    private final class End implements ReplicatedLog {
        private final NodeId self;

        private End(NodeId self) {
            this.self = self;
        }

        @Override
        public CompletionStage<byte[]> submit(byte[] command) {
            synchronized (lock) {
                if (cut.contains(self)) {
                    return CompletableFuture.failedFuture(new ClusterUnavailableException("no quorum"));
                }
                if (applying) {
                    // A listener writes: its turn comes after what it was told of.
                    CompletableFuture<byte[]> written = new CompletableFuture<>();
                    later.add(() -> submit(command).whenComplete((reply, failed) -> {
                        if (failed == null) {
                            written.complete(reply);
                        } else {
                            written.completeExceptionally(failed);
                        }
                    }));
                    return written;
                }
                entries.add(command);
                applying = true;
                byte[] reply = new byte[0];
                for (NodeId node : states.keySet()) {
                    if (!cut.contains(node) && (!lagging.contains(node) || node.equals(self))) {
                        byte[] own = catchUp(node);
                        reply = node.equals(self) ? own : reply;
                    }
                }
                applying = false;
                complete();
                for (Runnable next = later.poll(); next != null; next = later.poll()) {
                    next.run();
                }
                return CompletableFuture.completedFuture(reply);
            }
        }

        @Override
        public CompletionStage<Long> barrier() {
            synchronized (lock) {
                CompletableFuture<Long> done = new CompletableFuture<>();
                if (cut.contains(self)) {
                    done.completeExceptionally(new ClusterUnavailableException("no quorum"));
                } else {
                    long index = entries.size();
                    Waiting wait = new Waiting(index, new CompletableFuture<>());
                    waiting.add(wait);
                    wait.done.thenRun(() -> done.complete(index));
                    complete();
                }
                return done;
            }
        }

        @Override
        public LogStatus status() {
            return new LogStatus(true, 1, self, entries.size(), entries.size(), System.nanoTime(), List.of());
        }

        @Override
        public Subscription onChange(Consumer<LogStatus> listener) {
            return () -> {};
        }

        @Override
        public CompletionStage<Void> join(Collection<NodeId> seeds) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> remove(NodeId member) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> handOver() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> close() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
