package org.trestle.xmpp.xml;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Counts the distinct names of elements and attributes in one first-level element, and refuses one that has too many: such
 * an element is made to fill the tables of whoever parses it. Nothing of it is kept from one element to the next.
 */
final class DistinctNames {
    private static final int SMALL = 64;

    /** So that nobody can make names beforehand that count as one. */
    private static final int SEED = new SecureRandom().nextInt();

    private int[] hashes = new int[SMALL];
    private int size;

    /** Takes the name between two positions; throws when it is one too many. */
    void add(byte[] in, int from, int to, int limit) {
        int hash = SEED;
        for (int i = from; i < to; i++) {
            hash = (hash ^ in[i]) * 0x9E3779B1;
            hash ^= hash >>> 15;
        }
        hash = hash == 0 ? 1 : hash;
        int mask = hashes.length - 1;
        int slot = hash >>> 7 & mask;
        while (hashes[slot] != 0) {
            if (hashes[slot] == hash) {
                return;
            }
            slot = slot + 1 & mask;
        }
        if (size == limit) {
            throw Broken.limit("more than " + limit + " distinct names in one element");
        }
        hashes[slot] = hash;
        size++;
        if (size * 2 > hashes.length) {
            grow();
        }
    }

    private void grow() {
        int[] old = hashes;
        hashes = new int[old.length * 2];
        int mask = hashes.length - 1;
        for (int hash : old) {
            if (hash != 0) {
                int slot = hash >>> 7 & mask;
                while (hashes[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                hashes[slot] = hash;
            }
        }
    }

    void clear() {
        if (hashes.length > SMALL) {
            hashes = new int[SMALL];
        } else if (size > 0) {
            Arrays.fill(hashes, 0);
        }
        size = 0;
    }
}
