package org.trestle.turn.net;

/**
 * Decides for one socket whether the kernel shall hand over runs of datagrams as one (UDP_GRO). That makes a run of 16
 * five times cheaper and single datagrams a third dearer, because runs must be read one by one. So it is tried when
 * runs are seen, ended when the kernel does not put them together, and tried again after ever longer pauses.
 */
final class Coalescing {

    /** Datagrams per run, on average, from which on it is tried. */
    private static final int WORTH = 4;

    /** Reads that are looked at together. */
    private static final int WINDOW = 32;

    private static final long FIRST_PAUSE = 4_096;
    private static final long LONGEST_PAUSE = 1 << 20;

    private boolean on;
    private boolean impossible;
    private int reads;
    private int datagrams;
    private int runs;
    private long pause;
    private long seen;

    boolean on() {
        return on;
    }

    /** A batch was read with it off; true when it shall be switched on. */
    boolean tryAfter(int count, int runsInBatch) {
        seen += count;
        datagrams += count;
        runs += runsInBatch;
        if (++reads < WINDOW) {
            return false;
        }
        boolean worth = datagrams >= WORTH * runs;
        forget();
        if (!worth || impossible || seen < pause) {
            return false;
        }
        seen = 0;
        on = true;
        return true;
    }

    /** A run of so many datagrams was read with it on; true when it shall be switched off. */
    boolean stopAfter(int count) {
        datagrams += count;
        if (++reads < WINDOW) {
            return false;
        }
        boolean worth = datagrams >= WORTH * reads;
        forget();
        if (worth) {
            pause = 0;
            return false;
        }
        on = false;
        seen = 0;
        pause = Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, 2 * pause));
        return true;
    }

    /** The kernel does not know it. */
    void refused() {
        on = false;
        impossible = true;
    }

    private void forget() {
        reads = 0;
        datagrams = 0;
        runs = 0;
    }
}
