package org.trestle.auth.accounts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/** The rows that belong to accounts: in the tables whose names begin with {@link Accounts#BELONGINGS}. */
final class Belongings {
    /** The most rows that go together with their account; those of one who has more go before it. */
    static final int ONE_CHANGE = 1_000;

    private final Tables tables;

    Belongings(Tables tables) {
        this.tables = tables;
    }

    /** All that an account has. */
    List<Row> of(String jid) {
        List<Row> rows = new ArrayList<>();
        for (String table : tables.names()) {
            if (table.startsWith(Accounts.BELONGINGS)) {
                Row own = tables.get(table, jid);
                if (own != null) {
                    rows.add(own);
                }
                rows.addAll(tables.rows(table, jid + "/"));
            }
        }
        return rows;
    }

    /** Deletes what is more than one change takes; completes with the rest, which the caller deletes. */
    CompletionStage<List<Row>> without(String jid) {
        List<Row> rows = of(jid);
        if (rows.size() <= ONE_CHANGE) {
            return CompletableFuture.completedFuture(rows);
        }
        Change.Builder change = Change.of();
        rows.subList(0, ONE_CHANGE).forEach(row -> change.delete(row.table(), row.key()));
        return tables.commit(change.build()).thenCompose(done -> without(jid));
    }
}
