package org.trestle.cluster.api;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Replicated tables: domains, call bridges, users, settings. Writes go through the leader and are answered after a quorum
 * has them on disk and this node has applied them; reads are local, lock-free, and see every write that this node has
 * answered. Any thread.
 */
public interface Tables {

    /** The result of a change: applied as a whole, or refused as a whole because {@code conflict} was not as expected. */
    record Outcome(boolean applied, @Nullable String conflict, long index) {}

    /** Commits a change. Fails with {@link ClusterUnavailableException} when no quorum answers in time. */
    CompletionStage<Outcome> commit(Change change);

    @Nullable
    Row get(String table, String key);

    /** All rows of a table, ordered by key: a consistent copy. */
    List<Row> rows(String table);

    /** The rows whose key begins with {@code prefix}, ordered by key: a consistent copy, at the cost of these rows only. */
    List<Row> rows(String table, String prefix);

    /** The names of the tables that have a row. */
    Set<String> names();

    /**
     * Calls {@code listener} with (before, after) for every change of a row of the table, in log order, on the thread that
     * applies the log: it must not block. A snapshot that arrives from the leader is told as the differences it makes.
     */
    Subscription watch(String table, BiConsumer<@Nullable Row, @Nullable Row> listener);

    /** Completes when this node has applied everything that was committed anywhere before the call. */
    CompletionStage<Void> barrier();

    /**
     * Completes when every member that can be reached has applied what this node has applied; after a bounded wait in any
     * case, for a member that died a moment ago must not hold anybody up.
     */
    CompletionStage<Void> everywhere();
}
