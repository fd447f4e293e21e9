package org.trestle.turn.net;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Legs by the client's address. A look-up makes no objects and touches one place; the keys are mixed with a secret, so
 * that nobody can choose addresses that meet in one place.
 */
final class LegMap<L> {

    private static final int FIRST_CAPACITY = 64;

    private final long secret;
    private long[] high = new long[FIRST_CAPACITY];
    private long[] low = new long[FIRST_CAPACITY];
    private int[] port = new int[FIRST_CAPACITY];
    private @Nullable Object[] legs = new Object[FIRST_CAPACITY];
    private int size;

    LegMap(long secret) {
        this.secret = secret;
    }

    int size() {
        return size;
    }

    @Nullable
    @SuppressWarnings("unchecked") // only put() writes the array
    L get(long wantedHigh, long wantedLow, int wantedPort) {
        return (L) legs[place(wantedHigh, wantedLow, wantedPort)];
    }

    void put(long newHigh, long newLow, int newPort, L leg) {
        int place = place(newHigh, newLow, newPort);
        if (legs[place] == null) {
            if (2 * ++size > legs.length) {
                grow();
                place = place(newHigh, newLow, newPort);
            }
            high[place] = newHigh;
            low[place] = newLow;
            port[place] = newPort;
        }
        legs[place] = leg;
    }

    void remove(long oldHigh, long oldLow, int oldPort) {
        int mask = legs.length - 1;
        int hole = place(oldHigh, oldLow, oldPort);
        if (legs[hole] == null) {
            return;
        }
        size--;
        // What stands behind the hole and could not be found across it moves into it.
        for (int at = hole + 1 & mask; legs[at] != null; at = at + 1 & mask) {
            int home = home(high[at], low[at], port[at]);
            if ((at - home & mask) >= (at - hole & mask)) {
                high[hole] = high[at];
                low[hole] = low[at];
                port[hole] = port[at];
                legs[hole] = legs[at];
                hole = at;
            }
        }
        legs[hole] = null;
    }

    @SuppressWarnings("unchecked") // only put() writes the array
    void forEach(Consumer<L> reader) {
        for (Object leg : legs.clone()) {
            if (leg != null) {
                reader.accept((L) leg);
            }
        }
    }

    private int place(long wantedHigh, long wantedLow, int wantedPort) {
        int mask = legs.length - 1;
        int at = home(wantedHigh, wantedLow, wantedPort);
        while (legs[at] != null && (low[at] != wantedLow || port[at] != wantedPort || high[at] != wantedHigh)) {
            at = at + 1 & mask;
        }
        return at;
    }

    private int home(long highHalf, long lowHalf, int number) {
        long mixed = (lowHalf ^ secret) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 32 ^ highHalf) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 29 ^ number ^ secret) * 0x94d049bb133111ebL;
        return (int) (mixed >>> 32) & legs.length - 1;
    }

    @SuppressWarnings("unchecked") // only put() writes the array
    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        int[] oldPort = port;
        Object[] old = legs;
        int capacity = 2 * old.length;
        high = new long[capacity];
        low = new long[capacity];
        port = new int[capacity];
        legs = new Object[capacity];
        for (int i = 0; i < old.length; i++) {
            Object leg = old[i];
            if (leg != null) {
                int place = place(oldHigh[i], oldLow[i], oldPort[i]);
                high[place] = oldHigh[i];
                low[place] = oldLow[i];
                port[place] = oldPort[i];
                legs[place] = leg;
            }
        }
    }
}
