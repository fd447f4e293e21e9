package org.trestle.cluster.state;

import java.util.concurrent.CompletionStage;

/** Knows how far the other nodes have come in the log. */
@FunctionalInterface
public interface AppliedBoard {

    /**
     * Completes when this node and every other member that can be reached has applied the entry at {@code index} and told
     * its listeners. How long a member counts that cannot be reached is the board's choice: one that waits until such a
     * member is declared lost never lets two nodes serve one Jid; one that waits less answers a login sooner. Fails with
     * {@link org.trestle.cluster.api.ClusterUnavailableException} when this node loses the cluster meanwhile.
     */
    CompletionStage<Void> appliedEverywhere(long index);
}
