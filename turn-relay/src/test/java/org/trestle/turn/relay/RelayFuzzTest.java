package org.trestle.turn.relay;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** {@link RelayScript} with the stories of the corpus, or, with {@code JAZZER_FUZZ=1}, with ever new ones. */
final class RelayFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void anyStoryEndsWell(byte[] input) {
        RelayScript.play(input);
    }
}
