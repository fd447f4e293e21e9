package org.trestle.node.turn;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;
import org.trestle.turn.credentials.Revocation;
import org.trestle.turn.credentials.SharedKey;

/**
 * The rows of users that were revoked. One counter gives each revocation a generation of its own, and is written by each
 * new key, too, so that a revocation always knows the newest key of its moment. A row goes when the last key that it
 * speaks of is retired: nothing that was made before it can be valid any more.
 */
final class Revocations {
    static final String TABLE = ".turn-revoked";

    /** The most users that are revoked at once: each is held in memory on every node. */
    static final int MOST = 10_000;

    /** The most rows that one change drops: it has to fit into one entry of the log. */
    private static final int MOST_DROPPED = 500;

    private static final String COUNTER = ".turn-revocations";
    private static final String LAST = "last";

    private final Tables tables;

    Revocations(Tables tables) {
        this.tables = tables;
    }

    Map<String, Revocation> all() {
        Map<String, Revocation> all = new HashMap<>();
        for (Row row : tables.rows(TABLE)) {
            Revocation revocation = TurnRows.revocation(row);
            if (revocation != null) {
                all.put(row.key(), revocation);
            }
        }
        return all;
    }

    boolean full(String name) {
        return tables.get(TABLE, name) == null && tables.rows(TABLE).size() >= MOST;
    }

    /** Adds a revocation of {@code name} up to the newest of {@code keys}, which are all that there are now. */
    void add(Change.Builder change, String name, Collection<SharedKey> keys) {
        long generation = count(change, 1);
        int newest = keys.stream().mapToInt(SharedKey::epoch).max().orElse(0);
        change.put(TABLE, name, TurnRows.encode(new Revocation(generation, newest)));
    }

    /** Makes {@code change} and a revocation of the same moment exclude each other. */
    void touch(Change.Builder change) {
        count(change, 0);
    }

    private long count(Change.Builder change, int more) {
        Row before = tables.get(COUNTER, LAST);
        long count = TurnRows.number(before) + more;
        change.put(COUNTER, LAST, TurnRows.encode(count), before == null ? Change.ABSENT : before.version());
        return count;
    }

    /** Drops what no longer matters when {@code keys} are all that there are, except {@code kept}. */
    void drop(Change.Builder change, Collection<SharedKey> keys, String kept) {
        int oldest = keys.stream()
                .filter(SharedKey::valid)
                .mapToInt(SharedKey::epoch)
                .min()
                .orElse(0);
        int dropped = 0;
        for (Row row : tables.rows(TABLE)) {
            Revocation revocation = row.key().equals(kept) ? null : TurnRows.revocation(row);
            if (revocation != null && revocation.upToEpoch() < oldest && dropped++ < MOST_DROPPED) {
                change.delete(TABLE, row.key(), row.version());
            }
        }
    }
}
