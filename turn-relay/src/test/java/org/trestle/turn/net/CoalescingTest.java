package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class CoalescingTest {

    private final Coalescing coalescing = new Coalescing();

    @Test
    void isTriedWhenThereAreRunsAndEndsWhenTheKernelMakesNone() {
        assertFalse(batches(64, 64, 64), "single packets");
        assertTrue(batches(64, 64, 4), "runs of 16");
        assertTrue(coalescing.on());
        assertFalse(reads(32, 16), "the kernel puts them together");
        assertTrue(reads(32, 1), "it does not");
        assertFalse(coalescing.on());
    }

    @Test
    void isTriedAgainAfterEverLongerPauses() {
        assertTrue(batches(32, 64, 4));
        assertTrue(reads(32, 1));
        assertFalse(batches(32, 64, 4), "2,048 datagrams: too early");
        assertTrue(batches(64, 64, 4), "4,096 and more");
        assertTrue(reads(32, 1));
        assertFalse(batches(64, 64, 4), "4,096 datagrams: now that is too early");
        assertTrue(batches(128, 64, 4));
    }

    @Test
    void staysOffWhereTheKernelDoesNotKnowIt() {
        assertTrue(batches(32, 64, 4));
        coalescing.refused();
        assertFalse(coalescing.on());
        assertFalse(batches(100_000, 64, 4));
    }

    private boolean batches(int reads, int datagrams, int runs) {
        boolean began = false;
        for (int i = 0; i < reads && !began; i++) {
            began = coalescing.tryAfter(datagrams, runs);
        }
        return began;
    }

    private boolean reads(int reads, int datagrams) {
        boolean ended = false;
        for (int i = 0; i < reads && !ended; i++) {
            ended = coalescing.stopAfter(datagrams);
        }
        return ended;
    }
}
