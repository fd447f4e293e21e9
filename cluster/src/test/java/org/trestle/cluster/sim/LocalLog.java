package org.trestle.cluster.sim;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.log.StateMachine;

/** The log of a cluster of one: applies at once, on the calling thread. */
public final class LocalLog implements ReplicatedLog {
    private final NodeId self;
    private final StateMachine machine;
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean applying;
    private long index;
    private @Nullable String refusal;

    public LocalLog(NodeId self, StateMachine machine) {
        this.self = self;
        this.machine = machine;
    }

    /** From now on every write fails with this message, as without a quorum; null lets them through again. */
    public void refuse(@Nullable String message) {
        refusal = message;
    }

    @Override
    public CompletionStage<byte[]> submit(byte[] command) {
        if (refusal != null) {
            return CompletableFuture.failedFuture(new ClusterUnavailableException(refusal));
        }
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        synchronized (queue) {
            queue.add(() -> {
                index++;
                answer.complete(machine.apply(index, command));
            });
            drain();
        }
        return answer;
    }

    /** What a listener submits while an entry is applied comes after that entry. */
    private void drain() {
        if (!applying) {
            applying = true;
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                next.run();
            }
            applying = false;
        }
    }

    @Override
    public CompletionStage<Long> barrier() {
        return refusal == null
                ? CompletableFuture.completedFuture(index)
                : CompletableFuture.failedFuture(new ClusterUnavailableException(refusal));
    }

    @Override
    public LogStatus status() {
        return new LogStatus(true, 1, self, index, index, System.nanoTime(), List.of(new LogStatus.Member(self, true)));
    }

    @Override
    public Subscription onChange(Consumer<LogStatus> listener) {
        return () -> {};
    }

    @Override
    public CompletionStage<Void> join(Collection<NodeId> seeds) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("a local log has no members"));
    }

    @Override
    public CompletionStage<Void> remove(NodeId member) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("a local log has no members"));
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
