package org.trestle.cluster.state;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.log.ReplicatedLog;

/**
 * The tables as the rest of a node sees them. A change that breaks one of the {@link Limits}, or that writes one row twice,
 * is refused with {@link IllegalArgumentException} before it is sent.
 */
public final class StateTables implements Tables {
    private final ClusterState state;
    private final Supplier<ReplicatedLog> log;
    private final AppliedBoard board;
    private final Submission submission;

    /** {@code log} is asked at each write, for a node that joins or leaves changes its log. */
    public StateTables(ClusterState state, Supplier<ReplicatedLog> log, AppliedBoard board) {
        this.state = state;
        this.log = log;
        this.board = board;
        this.submission = new Submission(log);
    }

    @Override
    public CompletionStage<Outcome> commit(Change change) {
        TableView.checkDistinct(change);
        return submission.submit(new Command.Write(change)).thenCompose(reply -> switch (reply.status()) {
            case APPLIED -> done(new Outcome(true, null, reply.index()));
            case CONFLICT -> done(new Outcome(false, reply.detail(), reply.index()));
            default -> Submission.fail("the cluster refused the change, nothing was written: " + reply.detail());
        });
    }

    private static CompletionStage<Outcome> done(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    @Override
    public @Nullable Row get(String table, String key) {
        return state.tables().table(table).get(key);
    }

    @Override
    public List<Row> rows(String table) {
        return state.tables().table(table).list();
    }

    @Override
    public List<Row> rows(String table, String prefix) {
        return state.tables().table(table).list(prefix);
    }

    @Override
    public Set<String> names() {
        return state.tableNames();
    }

    @Override
    public Subscription watch(String table, BiConsumer<@Nullable Row, @Nullable Row> listener) {
        return state.watch(table, listener);
    }

    @Override
    public CompletionStage<Void> barrier() {
        return log.get().barrier().thenAccept(index -> {});
    }

    @Override
    public CompletionStage<Void> everywhere() {
        return board.appliedEverywhere(state.appliedIndex());
    }
}
