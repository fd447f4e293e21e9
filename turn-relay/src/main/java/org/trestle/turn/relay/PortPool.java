package org.trestle.turn.relay;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;
import org.trestle.turn.stun.AddressFamily;

/**
 * The relay range: which ports are in use, shared by the relays of all loops; thread-safe without locks. Ports are
 * chosen at random by a cryptographic source, so that nobody can guess the next one (RFC 8656 section 7.2). UDP and TCP,
 * IPv4 and IPv6 share the numbers, and each port in use is known by what it is used for.
 */
public final class PortPool implements HeldPorts {
    /** None was free. */
    public static final int NONE = -1;

    private static final int UNUSED = 0;

    /** After so many ports that others hold, something else is wrong, such as too few file descriptors. */
    private static final int MAX_FAILED_BINDS = 16;

    private final int first;
    private final int count;
    private final AtomicLongArray used;
    /** For each port {@link #UNUSED}, or what {@link #use} makes of its use. */
    private final AtomicIntegerArray uses;

    private final AtomicLong releases = new AtomicLong();
    private final SecureRandom random;

    /** The ports {@code first} to {@code last}, both included. */
    public PortPool(int first, int last, SecureRandom random) {
        if (first < 1024 || last > 65535 || last < first) {
            throw new IllegalArgumentException(
                    "the relay range " + first + "-" + last + " must lie in 1024-65535, the smaller port first");
        }
        this.first = first;
        this.count = last - first + 1;
        this.used = new AtomicLongArray((count + 63) / 64);
        this.uses = new AtomicIntegerArray(count);
        this.random = random;
    }

    public int first() {
        return first;
    }

    public int last() {
        return first + count - 1;
    }

    public boolean contains(int port) {
        return port >= first && port < first + count;
    }

    @Override
    public boolean holds(int port, AddressFamily family, boolean tcp) {
        return contains(port) && uses.get(port - first) == use(family, tcp);
    }

    @Override
    public long releases() {
        return releases.get();
    }

    private static int use(AddressFamily family, boolean tcp) {
        return family.number() << 1 | (tcp ? 1 : 0);
    }

    /** How many ports are in use. */
    public int inUse() {
        int sum = 0;
        for (int i = 0; i < used.length(); i++) {
            sum += Long.bitCount(used.get(i));
        }
        return sum;
    }

    public int size() {
        return count;
    }

    /**
     * Takes a free port that {@code bound} accepts (it tries to bind it), or {@link #NONE}.
     *
     * @param tcp whether it is for peers of TCP
     */
    public int take(AddressFamily family, boolean tcp, IntPredicate bound) {
        return take(use(family, tcp), 1, port -> true, bound);
    }

    /** Takes a free even port that {@code bound} accepts, for UDP. */
    public int takeEven(AddressFamily family, IntPredicate bound) {
        return take(use(family, false), 1, port -> (port & 1) == 0, bound);
    }

    /** The same with the next one, both free; {@code bound} is asked with the even one and must bind both. */
    public int takePair(AddressFamily family, IntPredicate bound) {
        return take(use(family, false), 2, port -> (port & 1) == 0, bound);
    }

    private int take(int use, int width, IntPredicate wanted, IntPredicate bound) {
        int start = random.nextInt(count);
        int failed = 0;
        for (int i = 0; i < count && failed < MAX_FAILED_BINDS; i++) {
            int index = start + i < count ? start + i : start + i - count;
            if (!wanted.test(first + index) || index + width > count || !mark(index, width)) {
                continue;
            }
            if (bound.test(first + index)) {
                for (int j = 0; j < width; j++) {
                    uses.set(index + j, use);
                }
                return first + index;
            }
            failed++;
            for (int j = 0; j < width; j++) {
                giveBack(first + index + j);
            }
        }
        return NONE;
    }

    private boolean mark(int index, int width) {
        if (!mark(index)) {
            return false;
        }
        if (width == 2 && !mark(index + 1)) {
            giveBack(first + index);
            return false;
        }
        return true;
    }

    private boolean mark(int index) {
        long bit = 1L << index;
        while (true) {
            long word = used.get(index >> 6);
            if ((word & bit) != 0) {
                return false;
            }
            if (used.compareAndSet(index >> 6, word, word | bit)) {
                return true;
            }
        }
    }

    /** Makes a port free again. */
    public void giveBack(int port) {
        int index = port - first;
        long bit = 1L << index;
        uses.set(index, UNUSED);
        releases.incrementAndGet();
        used.getAndUpdate(index >> 6, word -> word & ~bit);
    }
}
