package org.trestle.cluster.api;

import java.util.ArrayList;
import java.util.List;

/** Writes to replicated tables that happen together or not at all, in one log entry. Immutable once built. */
public record Change(List<Op> ops) {

    /** {@link Op#expected()}: write whatever is there. */
    public static final long ANY = -1;

    /** {@link Op#expected()}: write only when there is no row of this key. */
    public static final long ABSENT = 0;

    /**
     * One write.
     *
     * @param value the new value, or empty array with {@code delete}
     * @param delete whether the row goes away
     * @param expected {@link #ANY}, {@link #ABSENT}, or the version that the row must have
     */
    public record Op(String table, String key, byte[] value, boolean delete, long expected) {}

    public Change {
        ops = List.copyOf(ops);
    }

    public static Builder of() {
        return new Builder();
    }

    /** Collects the writes of one change. */
    public static final class Builder {
        private final List<Op> ops = new ArrayList<>();

        public Builder put(String table, String key, byte[] value) {
            return put(table, key, value, ANY);
        }

        public Builder put(String table, String key, byte[] value, long expected) {
            ops.add(new Op(table, key, value, false, expected));
            return this;
        }

        public Builder delete(String table, String key) {
            return delete(table, key, ANY);
        }

        public Builder delete(String table, String key, long expected) {
            ops.add(new Op(table, key, new byte[0], true, expected));
            return this;
        }

        public Change build() {
            return new Change(ops);
        }
    }
}
