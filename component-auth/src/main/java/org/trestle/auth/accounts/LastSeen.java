package org.trestle.auth.accounts;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/**
 * When an account's sessions came and went last, as far as the cluster has been told; seconds are lost when a node is.
 *
 * @param login when its last session began; null when that is not known
 * @param logout when the last of its sessions ended; null when that is not known
 */
public record LastSeen(@Nullable Instant login, @Nullable Instant logout) {

    /** Nothing is known. */
    public static final LastSeen NEVER = new LastSeen(null, null);

    private static final String TABLE = Accounts.BELONGINGS + "last-seen";
    private static final byte VERSION = 1;
    private static final int LENGTH = 1 + 2 * Long.BYTES;
    private static final long UNKNOWN = Long.MIN_VALUE;

    /** What is known of this bare Jid. */
    public static LastSeen of(Tables tables, String jid) {
        Row row = tables.get(TABLE, jid);
        if (row == null || row.value().length != LENGTH || row.value()[0] != VERSION) {
            return NEVER;
        }
        ByteBuffer in = ByteBuffer.wrap(row.value(), 1, LENGTH - 1);
        return new LastSeen(moment(in.getLong()), moment(in.getLong()));
    }

    private static @Nullable Instant moment(long millis) {
        return millis == UNKNOWN ? null : Instant.ofEpochMilli(millis);
    }

    /** Adds to a change that this is known of a bare Jid. */
    public void write(Change.Builder change, String jid) {
        ByteBuffer out = ByteBuffer.allocate(LENGTH).put(VERSION);
        out.putLong(login == null ? UNKNOWN : login.toEpochMilli());
        out.putLong(logout == null ? UNKNOWN : logout.toEpochMilli());
        change.put(TABLE, jid, out.array());
    }

    /** This, with what is newer in the other. */
    public LastSeen and(LastSeen newer) {
        return new LastSeen(newer.login == null ? login : newer.login, newer.logout == null ? logout : newer.logout);
    }
}
