package org.trestle.cluster.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.liveness.Announcer;
import org.trestle.cluster.state.MemberRecord;
import org.trestle.cluster.state.StateNodes;

/** Announces this node with the name and addresses that its settings have now. */
final class NodeAnnouncer implements Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAnnouncer.class);

    private final StateNodes nodes;
    private final MemberRecord self;
    private volatile String complaint = "";

    NodeAnnouncer(StateNodes nodes, MemberRecord self) {
        this.nodes = nodes;
        this.self = self;
    }

    @Override
    public CompletionStage<Long> announce() {
        return nodes.up(self).thenCompose(result -> {
            if (result.done()) {
                complaint = "";
                return CompletableFuture.completedFuture(result.index());
            }
            String words = switch (result.verdict()) {
                case ADDRESS_TAKEN ->
                    "node " + result.detail() + " has the address " + self.cluster()
                            + " and is up: give one of the two another address";
                case REMOVED -> "this node was removed from the cluster";
                default -> result.detail();
            };
            if (!words.equals(complaint)) {
                complaint = words;
                LOG.warn("the cluster does not take this node as it is: {}", words);
            }
            return CompletableFuture.failedFuture(new ClusterUnavailableException(words));
        });
    }

    @Override
    public CompletionStage<Void> declareLost(NodeId node, long epoch) {
        return nodes.lost(node, epoch).thenAccept(result -> {});
    }

    /** Why the last announcement was refused; empty when it was not. */
    String complaint() {
        return complaint;
    }
}
