package org.trestle.cluster.state;

import java.util.concurrent.CompletionStage;

/** Knows how far the other nodes have come in the log. */
@FunctionalInterface
public interface AppliedBoard {

    /**
     * Completes when this node and every other member that can be reached has applied the entry at {@code index} and told
     * its listeners. A member that cannot be reached stops counting when it is declared lost. Fails with
     * {@link org.trestle.cluster.api.ClusterUnavailableException} when this node loses the cluster meanwhile.
     */
    CompletionStage<Void> appliedEverywhere(long index);
}
