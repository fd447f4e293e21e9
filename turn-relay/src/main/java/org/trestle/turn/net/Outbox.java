package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams on their way out of one event loop, up to its next flush: for each where it is in memory and where it goes.
 * Chained by socket. Parallel arrays, so that a datagram is no object.
 */
final class Outbox {

    /** Datagrams that fit; a full outbox is flushed. */
    static final int CAPACITY = 2048;

    static final int NONE = -1;

    final long[] address = new long[CAPACITY];
    final int[] length = new int[CAPACITY];
    private final @Nullable ByteBuf[] owner = new ByteBuf[CAPACITY];
    final long[] high = new long[CAPACITY];
    final long[] low = new long[CAPACITY];
    final int[] port = new int[CAPACITY];
    final int[] next = new int[CAPACITY];
    private int count;

    boolean isFull() {
        return count == CAPACITY;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Forgets all and gives back what was lent. */
    void clear() {
        for (int i = 0; i < count; i++) {
            ByteBuf lent = owner[i];
            if (lent != null) {
                owner[i] = null;
                lent.release();
            }
        }
        count = 0;
    }

    /**
     * Adds a datagram and gives its number.
     *
     * @param lent what is released once the datagram is sent; null if its memory stays until the flush anyway
     */
    int add(long at, int bytes, @Nullable ByteBuf lent, long toHigh, long toLow, int toPort) {
        int entry = count++;
        address[entry] = at;
        length[entry] = bytes;
        owner[entry] = lent;
        high[entry] = toHigh;
        low[entry] = toLow;
        port[entry] = toPort;
        next[entry] = NONE;
        return entry;
    }

    /** Whether two datagrams go to the same address. */
    boolean sameDestination(int one, int other) {
        return port[one] == port[other] && low[one] == low[other] && high[one] == high[other];
    }

    /**
     * Writes a destination as the calls want it, and gives its length: 16 bytes always. For an IPv4 socket they read the
     * last four of the IPv4-mapped form, so that four bytes at the front would send everything to 0.0.0.0.
     */
    int destination(int entry, byte[] into) {
        long highHalf = high[entry];
        long lowHalf = low[entry];
        for (int i = 0; i < 8; i++) {
            into[i] = (byte) (highHalf >>> (56 - 8 * i));
            into[8 + i] = (byte) (lowHalf >>> (56 - 8 * i));
        }
        return 16;
    }
}
