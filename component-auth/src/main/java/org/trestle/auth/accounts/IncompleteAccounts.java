package org.trestle.auth.accounts;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/** The accounts whose passwords were set before there were keys for SHA-512. Follows the table for as long as it lives. */
final class IncompleteAccounts {
    private final Set<String> jids = ConcurrentHashMap.newKeySet();

    IncompleteAccounts(Tables tables) {
        tables.watch(TableAccounts.TABLE, this::changed);
        for (Row row : tables.rows(TableAccounts.TABLE)) {
            changed(null, row);
            Row now = tables.get(TableAccounts.TABLE, row.key());
            if (now == null || AccountRow.isComplete(now)) { // it was changed after the copy was made
                jids.remove(row.key());
            }
        }
    }

    boolean none() {
        return jids.isEmpty();
    }

    private void changed(@Nullable Row before, @Nullable Row after) {
        if (after != null && !AccountRow.isComplete(after)) {
            jids.add(after.key());
        } else if (before != null) {
            jids.remove(before.key());
        }
    }
}
