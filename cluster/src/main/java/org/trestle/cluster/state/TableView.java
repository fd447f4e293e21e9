package org.trestle.cluster.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;

/** The replicated tables: one immutable map of trees, replaced as a whole by each change. One writer, any reader. */
final class TableView {
    private volatile Map<String, SortedRows> tables = Map.of();
    private long rows;
    private long bytes;
    private final Map<String, Listeners<BiConsumer<@Nullable Row, @Nullable Row>>> watchers = new ConcurrentHashMap<>();

    /** One row before and after. */
    private record Difference(
            String table, @Nullable Row before, @Nullable Row after) {}

    Map<String, SortedRows> tables() {
        return tables;
    }

    SortedRows table(String name) {
        return tables.getOrDefault(name, SortedRows.EMPTY);
    }

    Subscription watch(String table, BiConsumer<@Nullable Row, @Nullable Row> watcher) {
        return watchers.computeIfAbsent(table, name -> new Listeners<>()).add(watcher);
    }

    Reply apply(long index, Change change) {
        Reply refusal = refusal(index, change);
        if (refusal != null) {
            return refusal;
        }
        Map<String, SortedRows> next = new HashMap<>(tables);
        List<Difference> differences = new ArrayList<>();
        for (Change.Op op : change.ops()) {
            SortedRows table = next.getOrDefault(op.table(), SortedRows.EMPTY);
            Row before = table.get(op.key());
            Row after = op.delete() ? null : new Row(op.table(), op.key(), op.value(), index);
            if (before != null || after != null) {
                SortedRows written = after == null ? table.without(op.key()) : table.with(after);
                differences.add(new Difference(op.table(), before, after));
                if (written.size() == 0) {
                    next.remove(op.table());
                } else {
                    next.put(op.table(), written);
                }
            }
        }
        long rowsAfter = rows + differences.stream().mapToLong(TableView::rows).sum();
        long bytesAfter =
                bytes + differences.stream().mapToLong(TableView::bytes).sum();
        if (next.size() > Limits.TABLES || rowsAfter > Limits.ROWS || bytesAfter > Limits.ROWS_BYTES) {
            return new Reply(Reply.Status.REJECTED, index, "the tables are full");
        }
        rows = rowsAfter;
        bytes = bytesAfter;
        tables = next;
        differences.forEach(this::tell);
        return Reply.of(Reply.Status.APPLIED, index);
    }

    static void checkDistinct(Change change) {
        Set<List<String>> seen = new HashSet<>();
        for (Change.Op op : change.ops()) {
            if (!seen.add(List.of(op.table(), op.key()))) {
                throw new IllegalArgumentException("two writes of one row: " + op.table() + "/" + op.key());
            }
        }
    }

    private @Nullable Reply refusal(long index, Change change) {
        try {
            checkDistinct(change);
        } catch (IllegalArgumentException ambiguous) {
            return new Reply(Reply.Status.REJECTED, index, String.valueOf(ambiguous.getMessage()));
        }
        for (Change.Op op : change.ops()) {
            if (op.expected() != Change.ANY) {
                Row row = table(op.table()).get(op.key());
                long version = row == null ? Change.ABSENT : row.version();
                if (version != op.expected()) {
                    return new Reply(Reply.Status.CONFLICT, index, op.table() + "/" + op.key());
                }
            }
        }
        return null;
    }

    /** Takes other content; the returned task tells the watchers what is different. */
    Runnable replace(Map<String, SortedRows> content) {
        Map<String, SortedRows> old = tables;
        List<Difference> differences = new ArrayList<>();
        Set<String> names = new TreeSet<>(old.keySet());
        names.addAll(content.keySet());
        for (String name : names) {
            SortedRows before = old.getOrDefault(name, SortedRows.EMPTY);
            SortedRows after = content.getOrDefault(name, SortedRows.EMPTY);
            before.each(row -> {
                if (after.get(row.key()) == null) {
                    differences.add(new Difference(name, row, null));
                }
            });
            after.each(row -> {
                Row former = before.get(row.key());
                if (former == null || !same(former, row)) {
                    differences.add(new Difference(name, former, row));
                }
            });
        }
        rows = content.values().stream().mapToLong(SortedRows::size).sum();
        bytes += differences.stream().mapToLong(TableView::bytes).sum();
        tables = content;
        return () -> differences.forEach(this::tell);
    }

    private static boolean same(Row before, Row after) {
        return before.version() == after.version() && Arrays.equals(before.value(), after.value());
    }

    private void tell(Difference difference) {
        Listeners<BiConsumer<@Nullable Row, @Nullable Row>> listeners = watchers.get(difference.table);
        if (listeners != null) {
            listeners.tell(watcher -> watcher.accept(difference.before, difference.after));
        }
    }

    private static long rows(Difference difference) {
        return (difference.after == null ? 0L : 1L) - (difference.before == null ? 0L : 1L);
    }

    private static long bytes(Difference difference) {
        return bytes(difference.after) - bytes(difference.before);
    }

    private static long bytes(@Nullable Row row) {
        return row == null ? 0L : (long) row.key().length() + row.value().length;
    }
}
