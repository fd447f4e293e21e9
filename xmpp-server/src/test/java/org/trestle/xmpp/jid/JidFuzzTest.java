package org.trestle.xmpp.jid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any text as a Jid: the corpus, or, with {@code JAZZER_FUZZ=1}, ever new ones. */
final class JidFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void anyTextIsAJidOrIsNot(byte[] input) {
        Jid jid = Jid.parse(new String(input, StandardCharsets.UTF_8));
        if (jid != null) {
            assertEquals(jid, Jid.of(jid.toString()));
            assertEquals(jid.bare(), jid.bare().bare());
            assertEquals(jid.domain(), Jid.canonicalDomain(jid.domain()));
            assertTrue(jid.toString().getBytes(StandardCharsets.UTF_8).length <= 3 * Jid.MAX_PART_BYTES + 2);
        }
    }
}
