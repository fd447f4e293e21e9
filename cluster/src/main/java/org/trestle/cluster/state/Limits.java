package org.trestle.cluster.state;

import java.nio.charset.StandardCharsets;

/**
 * How big replicated things may be. The facades refuse what is bigger with {@link IllegalArgumentException} before it is
 * sent; the machine refuses it again, so all nodes of a cluster must have the same limits.
 */
public final class Limits {
    /** Bytes of one encoded command: as many as the log takes. */
    public static final int COMMAND_BYTES = 512 << 10;

    /** Bytes of a table's name. */
    public static final int TABLE_BYTES = 64;

    /** Bytes of a row's key. */
    public static final int KEY_BYTES = 4 << 10;

    /** Bytes of a row's value: leaves room for its key in one command. */
    public static final int VALUE_BYTES = 500 << 10;

    /** Writes in one change. */
    public static final int CHANGE_OPS = 10_000;

    /** Tables that have a row. */
    public static final int TABLES = 256;

    /** Rows of all tables. */
    public static final int ROWS = 4_000_000;

    /** Bytes of all keys and values. */
    public static final long ROWS_BYTES = 1L << 30;

    /** Bytes of an account, a component's domain, or a resource (RFC 7622: 1023 a part, two parts and the at sign). */
    public static final int NAME_BYTES = 2047;

    /** Bytes of the identity of a session or connection. */
    public static final int SESSION_BYTES = 256;

    /** Bytes of what a session publishes with its binding. */
    public static final int ATTRIBUTES_BYTES = 16 << 10;

    /** Bindings in the cluster. */
    public static final int BINDINGS = 2_000_000;

    /** Resources of one account. */
    public static final int RESOURCES = 1_000;

    /** Connections of all components. */
    public static final int ATTACHMENTS = 100_000;

    /** Connections of one component. */
    public static final int CONNECTIONS = 64;

    /** Members, those that are down included. */
    public static final int MEMBERS = 64;

    /** Removed nodes that are remembered, so that what they still send is refused; the oldest are forgotten first. */
    public static final int REMOVED = 1_024;

    private Limits() {}

    static String text(String what, String value, int limit) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException(what + " has half a surrogate pair");
        }
        // A char is at most three bytes, so most texts need no second look.
        if (value.length() > limit / 3 && value.getBytes(StandardCharsets.UTF_8).length > limit) {
            throw new IllegalArgumentException(what + " has more than " + limit + " bytes");
        }
        return value;
    }

    static byte[] bytes(String what, byte[] value, int limit) {
        if (value.length > limit) {
            throw new IllegalArgumentException(what + " has " + value.length + " bytes, more than " + limit);
        }
        return value;
    }
}
