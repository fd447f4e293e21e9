package org.trestle.cluster.log;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;

/** One node's end of the replicated log. Any thread. */
public interface ReplicatedLog {

    /**
     * Commits one command. Completes, with the machine's result, after a quorum has it on disk and this node has applied
     * it; each command takes effect at most once however often it is sent underneath. Fails with
     * {@link org.trestle.cluster.api.ClusterUnavailableException}.
     */
    CompletionStage<byte[]> submit(byte[] command);

    /** Completes with an index, not below what was committed anywhere before the call, that this node has applied. */
    CompletionStage<Long> barrier();

    LogStatus status();

    /** The term of {@link #status()}, cheap enough to be asked for with every frame that is sent. */
    default long term() {
        return status().term();
    }

    /** Told after every change of leader, term or membership, and after every applied batch; must not block. */
    Subscription onChange(Consumer<LogStatus> listener);

    /** Adds this node (opened with {@code join}) to the log of {@code seeds}; completes when it votes. Repeatable. */
    CompletionStage<Void> join(java.util.Collection<NodeId> seeds);

    /** Takes a member out of the configuration, itself or another; completes when committed. Repeatable. */
    CompletionStage<Void> remove(NodeId member);

    /** Hands leadership to another up-to-date member, if this node leads; completes when it no longer does. */
    CompletionStage<Void> handOver();

    /** Stops, with everything acknowledged on disk. */
    CompletionStage<Void> close();
}
