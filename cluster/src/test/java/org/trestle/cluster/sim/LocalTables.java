package org.trestle.cluster.sim;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;

/** Tables of a cluster of one, in memory: every write is complete when the call returns. */
public final class LocalTables implements Tables {
    private final LocalNode node;

    public LocalTables() {
        this(new LocalNode());
    }

    public LocalTables(LocalNode node) {
        this.node = node;
    }

    /** From now on every write fails with this message, as without a quorum; null lets them through again. */
    public void refuse(@Nullable String message) {
        node.refuse(message);
    }

    @Override
    public CompletionStage<Outcome> commit(Change change) {
        return node.tables().commit(change);
    }

    @Override
    public @Nullable Row get(String table, String key) {
        return node.tables().get(table, key);
    }

    @Override
    public List<Row> rows(String table) {
        return node.tables().rows(table);
    }

    @Override
    public List<Row> rows(String table, String prefix) {
        return node.tables().rows(table, prefix);
    }

    @Override
    public Set<String> names() {
        return node.tables().names();
    }

    @Override
    public Subscription watch(String table, BiConsumer<@Nullable Row, @Nullable Row> listener) {
        return node.tables().watch(table, listener);
    }

    @Override
    public CompletionStage<Void> barrier() {
        return node.tables().barrier();
    }

    @Override
    public CompletionStage<Void> everywhere() {
        return node.tables().everywhere();
    }
}
