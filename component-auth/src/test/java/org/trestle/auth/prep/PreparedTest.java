package org.trestle.auth.prep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PreparedTest {

    @ParameterizedTest
    @CsvSource({
        "Alice@Trestle.Test, alice@trestle.test",
        "bob@trestle.test., bob@trestle.test",
        "ÉLODIE@Exämple.org, élodie@exämple.org",
        "a@xn--exmple-cua.org, a@exämple.org",
        "a.b+c=d@x, a.b+c=d@x"
    })
    void givesOneTextForTheSameJid(String typed, String canonical) {
        assertEquals(canonical, Prepared.bareJid(typed));
        assertEquals(canonical, Prepared.bareJid(canonical), "canonical text stays as it is");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alice",
                "@trestle.test",
                "alice@",
                "alice@.",
                "alice@a..b",
                "alice@.b",
                "al ice@x",
                "al\u0000ice@x",
                "a\"b@x",
                "a&b@x",
                "a'b@x",
                "a/b@x",
                "alice@x/phone",
                "a:b@x",
                "a<b@x",
                "a>b@x",
                "a@b@x",
                "alice@x y",
                "alice@x,y",
                "\u2665@x",
                "alice@x\n",
                "\ud800@x"
            })
    void refusesWhatIsNoBareJid(String text) {
        String reason = reason(text);
        assertFalse(reason.isBlank());
        assertTrue(reason.chars().noneMatch(Character::isISOControl), reason);
    }

    @Test
    void refusesWhatIsTooLong() {
        assertTrue(reason("a".repeat(1024) + "@x").contains("longer than 1023 octets"));
        assertTrue(reason("a@" + "x.".repeat(600) + "y").contains("longer than 1023 octets"));
        assertEquals(1025, Prepared.bareJid("a".repeat(1023) + "@x").length());
    }

    @Test
    void passwordsKeepTheirCaseAndTheirSpaces() {
        assertEquals("Correct Horse", Prepared.password("Correct Horse"));
        assertEquals("two words", Prepared.password("two\u00a0words"), "all spaces are one space (OpaqueString)");
        assertEquals("\u00e9", Prepared.password("e\u0301"), "composed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tab\there", "\u0000", "line\nend", "zero\u200bwidth\u0007"})
    void refusesPasswordsThatCannotBeTyped(String password) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Prepared.password(password));
        assertTrue(password.isEmpty() || !String.valueOf(refusal.getMessage()).contains(password));
    }

    @Test
    void anyTextIsPreparedOrRefusedInWords() {
        Random random = new Random(60);
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.appendCodePoint(random.nextInt(random.nextBoolean() ? 0x80 : 0x3000));
            }
            try {
                String jid = Prepared.bareJid(text + "@x");
                assertEquals(jid, Prepared.bareJid(jid), "preparing twice changes nothing");
            } catch (IllegalArgumentException refused) {
                assertFalse(String.valueOf(refused.getMessage()).isBlank());
            }
        }
    }

    private static String reason(String text) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Prepared.bareJid(text), text);
        return String.valueOf(refusal.getMessage());
    }
}
