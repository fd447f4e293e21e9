package org.trestle.cluster.liveness;

import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.NodeId;

/** The two commands that liveness writes to the log. */
public interface Announcer {

    /** Announces a run of this node; completes with its epoch once applied here. */
    CompletionStage<Long> announce();

    /** Declares that run of another node lost. */
    CompletionStage<Void> declareLost(NodeId node, long epoch);
}
