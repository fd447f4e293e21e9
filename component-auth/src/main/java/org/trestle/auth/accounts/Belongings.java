package org.trestle.auth.accounts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/** The rows that belong to accounts: in the tables whose names begin with {@link Accounts#BELONGINGS}. */
final class Belongings {
    /** The most rows that go together with their account; those of one who has more go before it. */
    static final int ONE_CHANGE = 1_000;

    /** The most bytes of the keys of these rows: half of what a change may have. */
    static final int CHANGE_BYTES = 256 << 10;

    /** Tables with a row an account that go after it, by whoever ends its relations with others as well. */
    private static final List<String> LATER = List.of("rosters");

    private static final int OVERHEAD = 32;

    private final Tables tables;

    Belongings(Tables tables) {
        this.tables = tables;
    }

    /** All that an account has; its standing is the last, so that one that is removed in parts ends until it is gone. */
    List<Row> of(String jid) {
        List<Row> rows = new ArrayList<>();
        for (String table : tables.names()) {
            if (table.startsWith(Accounts.BELONGINGS) && !table.equals(Standing.TABLE)) {
                add(rows, tables.get(table, jid));
                rows.addAll(tables.rows(table, jid + "/"));
            }
        }
        add(rows, tables.get(Standing.TABLE, jid));
        return rows;
    }

    private static void add(List<Row> rows, @Nullable Row row) {
        if (row != null) {
            rows.add(row);
        }
    }

    /** Deletes what is more than one change takes; completes with the rest, which the caller deletes. */
    CompletionStage<List<Row>> without(String jid) {
        List<Row> rows = of(jid);
        int fitting = fitting(rows, ONE_CHANGE, CHANGE_BYTES);
        if (fitting == rows.size()) {
            return CompletableFuture.completedFuture(rows);
        }
        Change.Builder change = Change.of();
        rows.subList(0, fitting).forEach(row -> change.delete(row.table(), row.key()));
        return tables.commit(change.build()).thenCompose(done -> without(jid));
    }

    /** What is left of an account of this name that is gone; as {@link #without}. */
    CompletionStage<List<Row>> leftovers(String jid) {
        return without(jid).thenApply(rest -> {
            List<Row> rows = new ArrayList<>(rest);
            LATER.forEach(table -> add(rows, tables.get(table, jid)));
            return rows;
        });
    }

    /**
     * Deletes rows of accounts that are gone, which were written at the moment at which they went: as many as one change
     * takes. Completes with their number. Passes over all rows on the calling thread.
     */
    CompletionStage<Integer> sweep() {
        List<Row> orphans = new ArrayList<>();
        if (tables.rows(TableAccounts.TABLE).isEmpty()) {
            // Without any account nothing is known to be left over: they may be kept elsewhere.
            return CompletableFuture.completedFuture(0);
        }
        for (String table : tables.names()) {
            if (table.startsWith(Accounts.BELONGINGS)) {
                for (Row row : tables.rows(table)) {
                    if (tables.get(TableAccounts.TABLE, account(row)) == null) {
                        orphans.add(row);
                    }
                }
            }
        }
        if (orphans.isEmpty()) {
            return CompletableFuture.completedFuture(0);
        }
        // For each row there may be one that says that its account is still gone.
        List<Row> rows = orphans.subList(0, fitting(orphans, ONE_CHANGE, CHANGE_BYTES / 2));
        Change.Builder change = Change.of();
        rows.forEach(row -> change.delete(row.table(), row.key(), row.version()));
        rows.stream()
                .map(Belongings::account)
                .distinct()
                .forEach(jid -> change.delete(TableAccounts.TABLE, jid, Change.ABSENT));
        return tables.commit(change.build()).thenApply(outcome -> outcome.applied() ? rows.size() : 0);
    }

    private static String account(Row row) {
        int slash = row.key().indexOf('/');
        return slash < 0 ? row.key() : row.key().substring(0, slash);
    }

    /** How many of these, from the first on, go into one change; at least one when there is one. */
    static int fitting(List<Row> rows, int most, int mostBytes) {
        int bytes = 0;
        for (int i = 0; i < rows.size(); i++) {
            bytes += cost(rows.get(i));
            if (i > 0 && (i == most || bytes > mostBytes)) {
                return i;
            }
        }
        return rows.size();
    }

    /** Bytes that its deletion takes, at the most. */
    private static int cost(Row row) {
        return OVERHEAD + row.table().length() + 3 * row.key().length();
    }
}
