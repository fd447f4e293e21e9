package org.trestle.xmpp.xml;

import java.util.Arrays;

/** The names of the elements that are open, as positions relative to the start of the first-level element. */
final class OpenNames {
    private int[] positions = new int[16];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void push(int from, int to) {
        if (2 * size == positions.length) {
            positions = Arrays.copyOf(positions, 2 * positions.length);
        }
        positions[2 * size] = from;
        positions[2 * size + 1] = to;
        size++;
    }

    /** Closes the innermost element when that is its name. */
    boolean popIf(byte[] in, int base, int from, int to) {
        int top = 2 * (size - 1);
        if (!Arrays.equals(in, from, to, in, base + positions[top], base + positions[top + 1])) {
            return false;
        }
        size--;
        return true;
    }
}
