package org.trestle.xmpp.feature.offline;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.jid.BareJid;

/**
 * The messages that are kept, a row each: the key is the account, a slash, and the id by which the account knows the message.
 * So one that comes back from a session that died with it is no second one. Any thread.
 */
final class OfflineStore {
    static final String TABLE = Accounts.BELONGINGS + "offline";

    /** Of one account, the messages under way to the cluster. */
    private record UnderWay(int messages, long bytes) {
        UnderWay plus(int more, long moreBytes) {
            return new UnderWay(messages + more, bytes + moreBytes);
        }
    }

    private static final UnderWay NOTHING = new UnderWay(0, 0);

    private final Tables tables;
    private final OfflineLimits limits;
    private final Map<String, UnderWay> underWay = new ConcurrentHashMap<>();
    private final AtomicLong underWayBytes = new AtomicLong();
    // The sizes of all rows that this node knows, for their sum.
    private final Map<String, Integer> sizes = new ConcurrentHashMap<>();
    private final AtomicLong total = new AtomicLong();
    private final Counter stored;
    private final Counter refused;

    OfflineStore(Tables tables, OfflineLimits limits, MeterRegistry registry) {
        this.tables = tables;
        this.limits = limits;
        this.stored = registry.counter("xmpp.offline.stored");
        this.refused = registry.counter("xmpp.offline.refused");
    }

    /** Follows the table; {@code added} is told the account of each new message, on the thread that applies the log. */
    Subscription follow(Consumer<String> added) {
        Subscription subscription = tables.watch(TABLE, (before, after) -> {
            Row row = after == null ? before : after;
            if (row != null) {
                measure(row.key());
            }
            if (before == null && after != null) {
                added.accept(account(after.key()));
            }
        });
        tables.rows(TABLE).forEach(row -> measure(row.key()));
        return subscription;
    }

    private static String account(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    /** Takes what the table says now: reads and events may come in any order. */
    private void measure(String key) {
        sizes.compute(key, (same, old) -> {
            Row row = tables.get(TABLE, key);
            Integer size = row == null ? null : Integer.valueOf(row.value().length);
            total.addAndGet((size == null ? 0 : size) - (old == null ? 0 : old));
            return size;
        });
    }

    /** Bytes that are kept for all accounts. */
    long total() {
        return total.get();
    }

    int messages() {
        return sizes.size();
    }

    boolean isEmpty(String account) {
        return sizes.isEmpty() || tables.rows(TABLE, account + '/').isEmpty();
    }

    /** In the order in which they were stored. */
    List<Row> of(String account) {
        List<Row> rows = new ArrayList<>(tables.rows(TABLE, account + '/'));
        rows.sort(Comparator.comparingLong(Row::version));
        return rows;
    }

    /**
     * Keeps a message.
     *
     * @return null when there is no room; else completes once it is kept, or fails when it may not be
     */
    @Nullable
    CompletionStage<Tables.Outcome> add(BareJid account, String id, OfflineMessage message) {
        byte[] value = message.encode();
        if (!reserve(account.toString(), value.length)) {
            refused.increment();
            return null;
        }
        return tables.commit(Change.of()
                        .put(TABLE, account + "/" + id, value, Change.ABSENT)
                        .build())
                .whenComplete((outcome, failed) -> {
                    release(account.toString(), value.length);
                    if (failed == null && outcome.applied()) {
                        stored.increment();
                    }
                });
    }

    private boolean reserve(String account, int bytes) {
        UnderWay now = underWay.compute(account, (same, before) -> (before == null ? NOTHING : before).plus(1, bytes));
        long allUnderWay = underWayBytes.addAndGet(bytes);
        List<Row> rows = tables.rows(TABLE, account + '/');
        long kept = 0;
        for (Row row : rows) {
            kept += row.value().length;
        }
        boolean room = rows.size() + now.messages <= limits.messages()
                && kept + now.bytes <= limits.bytes()
                && total.get() + allUnderWay <= limits.total()
                && allUnderWay <= limits.underWay();
        if (!room) {
            release(account, bytes);
        }
        return room;
    }

    private void release(String account, int bytes) {
        underWayBytes.addAndGet(-bytes);
        underWay.computeIfPresent(account, (same, before) -> {
            UnderWay rest = before.plus(-1, -bytes);
            return rest.messages == 0 ? null : rest;
        });
    }

    /** Takes messages out; those that are gone already do no harm. */
    CompletionStage<Tables.Outcome> remove(Collection<String> keys) {
        Change.Builder change = Change.of();
        keys.forEach(key -> change.delete(TABLE, key));
        return tables.commit(change.build());
    }
}
