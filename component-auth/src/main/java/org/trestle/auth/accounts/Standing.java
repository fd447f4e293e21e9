package org.trestle.auth.accounts;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Row;

/**
 * Whether an account may be used.
 *
 * @param disabled by an administrator, until it is enabled again
 * @param expiry when a guest's account ends and is deleted; null for one that stays
 */
public record Standing(boolean disabled, @Nullable Instant expiry) {

    /** That of an account of which nothing else was said. */
    public static final Standing ORDINARY = new Standing(false, null);

    /** Key: bare Jid; no row means {@link #ORDINARY}. */
    static final String TABLE = Accounts.BELONGINGS + "standing";

    private static final byte VERSION = 1;
    private static final int DISABLED = 1;
    private static final int EXPIRES = 2;

    /** A guest until this moment; whole milliseconds. */
    public static Standing guest(Instant expiry) {
        return new Standing(false, Instant.ofEpochMilli(expiry.toEpochMilli()));
    }

    /** Whether nobody may log in any more. */
    public boolean closed(Instant now) {
        return disabled || ended(now);
    }

    /** Whether a guest's time is over. */
    public boolean ended(Instant now) {
        return expiry != null && !now.isBefore(expiry);
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(2 + (expiry == null ? 0 : Long.BYTES));
        out.put(VERSION).put((byte) ((disabled ? DISABLED : 0) | (expiry == null ? 0 : EXPIRES)));
        if (expiry != null) {
            out.putLong(expiry.toEpochMilli());
        }
        return out.array();
    }

    /** What cannot be read is closed: nobody logs in by a damaged row. */
    static Standing decode(@Nullable Row row) {
        if (row == null) {
            return ORDINARY;
        }
        ByteBuffer in = ByteBuffer.wrap(row.value());
        if (in.remaining() < 2 || in.get() != VERSION) {
            return new Standing(true, null);
        }
        int flags = in.get();
        boolean expires = (flags & EXPIRES) != 0;
        if (in.remaining() != (expires ? Long.BYTES : 0)) {
            return new Standing(true, null);
        }
        return new Standing((flags & DISABLED) != 0, expires ? Instant.ofEpochMilli(in.getLong()) : null);
    }
}
