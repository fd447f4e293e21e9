package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;

/** The permissions of one allocation: an open-addressed table by address, so that a look-up makes no object. */
final class Permissions {
    private static final int SMALLEST = 4;

    private @Nullable Permission[] table = new @Nullable Permission[SMALLEST];
    private int size;

    int size() {
        return size;
    }

    /** How many are alive. */
    int alive(long now) {
        int alive = 0;
        for (Permission permission : table) {
            alive += permission != null && permission.isAlive(now) ? 1 : 0;
        }
        return alive;
    }

    /** The permission of this address, alive or not. */
    @Nullable
    Permission find(long high, long low) {
        int mask = table.length - 1;
        for (int i = slot(high, low) & mask; ; i = (i + 1) & mask) {
            Permission permission = table[i];
            if (permission == null || (permission.low == low && permission.high == high)) {
                return permission;
            }
        }
    }

    void add(Permission permission) {
        if (size * 2 >= table.length) {
            rebuild(table.length * 2, Long.MIN_VALUE);
        }
        put(permission);
        size++;
    }

    /** Forgets those that have expired. */
    void sweep(long now) {
        for (Permission permission : table) {
            if (permission != null && isOver(permission, now)) {
                rebuild(table.length, now);
                return;
            }
        }
    }

    private static boolean isOver(Permission permission, long now) {
        return permission.channels == 0 && !permission.isAlive(now);
    }

    private void rebuild(int length, long now) {
        @Nullable Permission[] old = table;
        table = new @Nullable Permission[length];
        size = 0;
        for (Permission permission : old) {
            if (permission != null && (now == Long.MIN_VALUE || !isOver(permission, now))) {
                put(permission);
                size++;
            }
        }
    }

    private void put(Permission permission) {
        int mask = table.length - 1;
        int i = slot(permission.high, permission.low) & mask;
        while (table[i] != null) {
            i = (i + 1) & mask;
        }
        table[i] = permission;
    }

    private static int slot(long high, long low) {
        long mixed = (low ^ (high * 31)) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 40);
    }
}
