package org.trestle.turn.relay;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** {@link RelayScript} with random stories, the same ones in each run. */
final class RandomStoriesTest {

    @Test
    void anyStoryEndsWell() {
        for (long seed = 0; seed < 3_000; seed++) {
            byte[] story = new byte[(int) (seed % 400)];
            new SplittableRandom(seed).nextBytes(story);
            try {
                RelayScript.play(story);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
