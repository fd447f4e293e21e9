package org.trestle.cluster.membership;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogStatus;

/** Takes members out, the dead ones as the ones that leave. */
final class Removal {
    /** Removed nodes that are remembered; the oldest are forgotten first. */
    private static final int REMEMBERED = 64;

    private final Host host;
    private final CrashPoint crashes;

    Removal(Host host, CrashPoint crashes) {
        this.host = host;
        this.crashes = crashes;
    }

    /** Takes a node out for good: of the log, of the state, and of those who may come. Repeatable at every point. */
    CompletionStage<Void> takeOut(NodeId node, String name) {
        Rows.Removed removed = new Rows.Removed(node, name, host.timers().now(), host.self());
        Change.Builder change = Change.of().delete(Rows.TABLE, Rows.joiningKey(node));
        if (Rows.removed(host.tables(), node) == null) {
            change.put(Rows.TABLE, Rows.removedKey(node), removed.encode());
            Rows.removed(host.tables()).stream()
                    .skip(REMEMBERED - 1L)
                    .forEach(oldest -> change.delete(Rows.TABLE, Rows.removedKey(oldest.id())));
        }
        return new Steps(host.files(), crashes, words -> {})
                .then("remove: note", "", () -> host.tables().commit(change.build()))
                .then(
                        "remove: log",
                        "",
                        () -> inLog(node) ? host.log().remove(node) : CompletableFuture.completedFuture(null))
                .then("remove: forget", "", () -> host.forget(node))
                .end();
    }

    /** Whether the log's configuration has the node. */
    boolean inLog(NodeId node) {
        return host.log().status().members().stream().map(LogStatus.Member::id).anyMatch(node::equals);
    }
}
