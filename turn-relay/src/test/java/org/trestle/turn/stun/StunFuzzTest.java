package org.trestle.turn.stun;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any bytes given to the codec: the corpus, or, with {@code JAZZER_FUZZ=1}, ever new ones. */
final class StunFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void anyBytesAreReadOrRefused(byte[] input) {
        AnyBytes.read(input);
    }
}
