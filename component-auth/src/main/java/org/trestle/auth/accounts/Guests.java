package org.trestle.auth.accounts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;

/**
 * The accounts that end at a moment, the next first; and their removal with all that belongs to them. Each node knows the
 * same ones, so it does not matter which of them removes: of several that do it at once the first one's change applies. Any
 * thread.
 */
public final class Guests implements AutoCloseable {
    /** What one change removes: more than is left of an account of which a part had to go before. */
    static final int ROWS = Belongings.ONE_CHANGE + 500;

    private static final int BYTES = Belongings.CHANGE_BYTES + (64 << 10);

    private record Ending(Instant at, String jid) implements Comparable<Ending> {
        @Override
        public int compareTo(Ending other) {
            int order = at.compareTo(other.at);
            return order != 0 ? order : jid.compareTo(other.jid);
        }
    }

    private final Tables tables;
    private final Belongings belongings;
    private final ConcurrentSkipListSet<Ending> endings = new ConcurrentSkipListSet<>();
    private final Map<String, Ending> known = new ConcurrentHashMap<>();
    private final AtomicBoolean removing = new AtomicBoolean();
    private final Subscription subscription;

    public Guests(Tables tables) {
        this.tables = tables;
        this.belongings = new Belongings(tables);
        this.subscription = tables.watch(Standing.TABLE, (before, after) -> note((before == null ? after : before)));
        tables.rows(Standing.TABLE).forEach(this::note);
    }

    /** Takes over what the table says now; so it does not matter in which order changes are heard of. */
    private void note(@Nullable Row changed) {
        if (changed != null) {
            known.compute(changed.key(), (jid, former) -> {
                Instant expiry =
                        Standing.decode(tables.get(Standing.TABLE, jid)).expiry();
                if (former != null) {
                    endings.remove(former);
                }
                Ending now = expiry == null ? null : new Ending(expiry, jid);
                if (now != null) {
                    endings.add(now);
                }
                return now;
            });
        }
    }

    /** How many there are. */
    public int size() {
        return known.size();
    }

    /** When the next one ends; null when there is none. */
    public @Nullable Instant next() {
        Ending first = endings.isEmpty() ? null : endings.first();
        return first == null ? null : first.at;
    }

    /**
     * Removes those that have ended, a bounded number in each change, until none is left; completes with their number. Does
     * nothing while an earlier call is at it.
     */
    public CompletionStage<Integer> removeEnded(Instant now) {
        if (!removing.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(0);
        }
        return remove(now, 0).whenComplete((count, failed) -> removing.set(false));
    }

    private CompletionStage<Integer> remove(Instant now, int before) {
        Change.Builder change = Change.of();
        List<Row> rows = new ArrayList<>();
        int accounts = 0;
        for (Ending ending : endings) {
            if (ending.at.isAfter(now)) {
                break;
            }
            List<Row> more = new ArrayList<>(rows);
            Row account = tables.get(TableAccounts.TABLE, ending.jid);
            if (account != null) {
                more.add(account);
            }
            more.addAll(belongings.of(ending.jid));
            if (Belongings.fitting(more, ROWS, BYTES) < more.size()) {
                if (accounts == 0) {
                    return belongings.without(ending.jid).thenCompose(rest -> remove(now, before));
                }
                break;
            }
            rows = more;
            accounts++;
        }
        if (accounts == 0) {
            return CompletableFuture.completedFuture(before);
        }
        int count = before + accounts;
        // The standing that was read must still stand: a guest whose time was extended at this moment stays.
        rows.forEach(row ->
                change.delete(row.table(), row.key(), row.table().equals(Standing.TABLE) ? row.version() : Change.ANY));
        return tables.commit(change.build())
                .thenCompose(
                        outcome -> outcome.applied() ? remove(now, count) : CompletableFuture.completedFuture(before));
    }

    /**
     * Removes rows that were written for an account, a guest's or another, at the moment at which it went: a bounded number.
     * Completes with it. Passes over all rows on the calling thread, which must not be an event loop.
     */
    public CompletionStage<Integer> sweep() {
        return belongings.sweep();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
