package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.auth.prep.Prepared;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;

/** Accounts are found by the text of a stream's Jid, so both must make the same text of what a person typed. */
final class NamesAgreeTest {
    private static final List<String> PIECES = List.of(
            "alice",
            "ALICE",
            "é",
            "E\u0301",
            "ﬁ",
            "ß",
            "ſ",
            "İ",
            "\uff21",
            "\uff20",
            "\uff0f",
            "\u200d",
            "\u00a0",
            " ",
            "\t",
            "@",
            "/",
            "'",
            "&",
            ".",
            "..",
            "-",
            "_",
            "1",
            "\u0661",
            "א",
            "אa",
            "xn--exmple-cua",
            "xn--",
            "日本",
            "%",
            "]",
            ":",
            "\ud800",
            "\ud83d\ude00",
            "\u3002",
            "+",
            "=",
            ",");

    @Test
    void streamsAndAccountsMakeTheSameTextOfAName() {
        Random random = new Random(64);
        for (int i = 0; i < 50_000; i++) {
            String text = some(random) + "@" + some(random);
            assertEquals(asStreamsSee(text), asAccountsSee(text), () -> escaped(text));
        }
    }

    private static String some(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(4); n >= 0; n--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private static @Nullable String asStreamsSee(String text) {
        return Jid.parse(text) instanceof BareJid jid ? jid.toString() : null;
    }

    private static @Nullable String asAccountsSee(String text) {
        try {
            return Prepared.bareJid(text);
        } catch (IllegalArgumentException refused) {
            return null;
        }
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints()
                .forEach(c -> escaped.append(
                        c > 32 && c < 127 ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c)));
        return escaped.toString();
    }
}
