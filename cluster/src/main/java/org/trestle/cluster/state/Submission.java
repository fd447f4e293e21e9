package org.trestle.cluster.state;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.log.ReplicatedLog;

/** Sends commands to whichever log this node has at the moment. */
record Submission(Supplier<ReplicatedLog> log) {

    CompletionStage<Reply> submit(Command command) {
        return log.get().submit(CommandCodec.encode(command)).thenApply(Reply::decode);
    }

    static <T> CompletionStage<T> fail(String message) {
        return CompletableFuture.failedFuture(new ClusterUnavailableException(message));
    }
}
