package org.trestle.cluster.sim;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.state.ClusterState;
import org.trestle.cluster.state.MemberRecord;
import org.trestle.cluster.state.StateDirectory;
import org.trestle.cluster.state.StateNodes;
import org.trestle.cluster.state.StateTables;

/**
 * A cluster of one in memory: tables and directory that share one state, and complete every write before the call returns.
 */
public final class LocalNode {
    public static final NodeId SELF = new NodeId("00000000000000a1");

    private final ClusterState state = new ClusterState();
    private final LocalLog log = new LocalLog(SELF, state);
    private final StateTables tables =
            new StateTables(state, () -> log, index -> CompletableFuture.completedFuture(null));
    private final StateDirectory directory =
            new StateDirectory(state, () -> log, () -> SELF, index -> CompletableFuture.completedFuture(null));
    private final StateNodes nodes = new StateNodes(() -> log);

    public LocalNode() {
        NodeAddress cluster = new NodeAddress("127.0.0.1", 5290);
        NodeAddress client = new NodeAddress("127.0.0.1", 5222);
        nodes.up(new MemberRecord(SELF, "local", cluster, client));
    }

    public ClusterState state() {
        return state;
    }

    public StateTables tables() {
        return tables;
    }

    public StateDirectory directory() {
        return directory;
    }

    public StateNodes nodes() {
        return nodes;
    }

    /** From now on every write fails with this message, as without a quorum; null lets them through again. */
    public void refuse(@Nullable String message) {
        log.refuse(message);
    }
}
