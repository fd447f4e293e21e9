package org.trestle.xmpp.jid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import rocks.xmpp.precis.PrecisProfile;
import rocks.xmpp.precis.PrecisProfiles;

/** The short way for ASCII must come to the same result as the long one. */
final class JidAgainstPrecisTest {

    @Test
    void theShortWayForAsciiIsRight() {
        for (int seed = 0; seed < 20_000; seed++) {
            String text = ascii(new SplittableRandom(seed));
            assertEquals(
                    result(text, part -> enforced(PrecisProfiles.USERNAME_CASE_MAPPED, part)),
                    result(text, JidParser::local),
                    "local part, seed " + seed);
            assertEquals(
                    result(text, part -> PrecisProfiles.OPAQUE_STRING.enforce(part)),
                    result(text, JidParser::resource),
                    "resource, seed " + seed);
        }
    }

    @Test
    void everyJidIsWhatItsTextSays() {
        String letters = "aAzZ09ßéΣσжÅ漢字ー한🎉\u0301\u200dⅣ＠. -_@/[]:";
        int[] points = letters.codePoints().toArray();
        for (int seed = 0; seed < 50_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder text = new StringBuilder();
            for (int length = 1 + random.nextInt(8); length > 0; length--) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            Jid jid = Jid.parse(text.toString());
            if (jid != null) {
                assertEquals(jid, Jid.parse(jid.toString()), "seed " + seed + ": " + text);
            }
        }
    }

    private static String ascii(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
            text.append((char) random.nextInt(0x80));
        }
        return text.toString();
    }

    private static String enforced(PrecisProfile profile, String part) {
        for (char c : "\"&'/:<>@".toCharArray()) {
            if (part.indexOf(c) >= 0) {
                throw new IllegalArgumentException("not in a local part");
            }
        }
        return profile.enforce(part);
    }

    private static String result(String text, UnaryOperator<String> way) {
        try {
            return way.apply(text);
        } catch (IllegalArgumentException notLegal) {
            return "not legal";
        }
    }
}
