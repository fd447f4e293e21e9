package org.trestle.xmpp.xml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/** Any bytes as a stream: the corpus, or, with {@code JAZZER_FUZZ=1}, ever new ones. */
final class TokenizerFuzzTest {
    private static final XmlLimits LOW = new XmlLimits(1024, 3, 8, 40, 8, 16);

    @FuzzTest(maxDuration = "60s")
    void anyBytesAreCutOrRefused(byte[] input) {
        for (XmlLimits limits : List.of(LOW, XmlLimits.BEFORE_AUTHENTICATION)) {
            assertEquals(
                    TokenizerTest.described(List.of(input), limits),
                    TokenizerTest.described(TokenizerTest.bytewise(input), limits));
        }
        for (Token token : TokenizerTest.tokens(List.of(input), XmlLimits.BEFORE_AUTHENTICATION)) {
            if (token instanceof Token.Child child) {
                // What is written from a tree is read as the same tree.
                assertEquals(child.element(), Element.parse(child.element().toString()));
            }
        }
    }
}
