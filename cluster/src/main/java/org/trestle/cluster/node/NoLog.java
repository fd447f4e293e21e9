package org.trestle.cluster.node;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.ReplicatedLog;

/** The log of a node between two lives: it takes nothing. */
final class NoLog implements ReplicatedLog {
    static final NoLog INSTANCE = new NoLog();

    private static final LogStatus NOTHING = new LogStatus(false, 0, null, 0, 0, 0, List.of());

    private NoLog() {}

    private static <T> CompletionStage<T> none() {
        return CompletableFuture.failedFuture(new ClusterUnavailableException(
                "this node is changing its cluster at this moment; nothing was written"));
    }

    @Override
    public CompletionStage<byte[]> submit(byte[] command) {
        return none();
    }

    @Override
    public CompletionStage<Long> barrier() {
        return none();
    }

    @Override
    public LogStatus status() {
        return NOTHING;
    }

    @Override
    public Subscription onChange(Consumer<LogStatus> listener) {
        return () -> {};
    }

    @Override
    public CompletionStage<Void> join(Collection<NodeId> seeds) {
        return none();
    }

    @Override
    public CompletionStage<Void> remove(NodeId member) {
        return none();
    }

    @Override
    public CompletionStage<Void> handOver() {
        return none();
    }

    @Override
    public CompletionStage<Void> close() {
        return CompletableFuture.completedFuture(null);
    }
}
