package org.trestle.auth.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any bytes as the two messages of a client: the corpus, or, with {@code JAZZER_FUZZ=1}, ever new ones. */
final class ScramFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void whatIsReadIsWhatWasSent(byte[] input) {
        ClientFirst first = ClientFirst.parse(input);
        if (first != null) {
            assertEquals(new String(input, StandardCharsets.UTF_8), first.gs2Header() + first.bare());
        }
        ClientFinal last = ClientFinal.parse(input);
        if (last != null) {
            String text = new String(input, StandardCharsets.UTF_8);
            assertEquals(text.substring(0, text.lastIndexOf(",p=")), last.withoutProof());
        }
    }
}
