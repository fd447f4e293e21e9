package org.trestle.cluster.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Membership;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogException;
import org.trestle.cluster.time.Timers;

/**
 * One node of a cluster, running. It stays the same object while the node joins or leaves a cluster: its tables,
 * directory and bus then speak for the new cluster, and those who listen are told the differences.
 */
public abstract class ClusterNode implements Cluster, Membership {

    /**
     * Opens the node in its data directory: a new one becomes a stand-alone node, which is a cluster of one; one that was
     * stopped in the middle of joining or leaving goes on, or goes back, and says which. Fails with a
     * {@link LogException} that names what cannot be used.
     *
     * @param loops one of these loops runs this node's decisions; none is ever blocked
     */
    public static CompletionStage<ClusterNode> open(
            ClusterSettings settings, EventLoopGroup loops, Timers timers, LogEngine engine, MeterRegistry metrics) {
        return CompletableFuture.failedFuture(new LogException("a cluster node cannot be opened yet"));
    }

    /** Stops this node in good order: it serves no more, and everything acknowledged is on disk. */
    public abstract CompletionStage<Void> close();
}
