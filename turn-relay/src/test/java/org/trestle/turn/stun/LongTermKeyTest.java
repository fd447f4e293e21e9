package org.trestle.turn.stun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

final class LongTermKeyTest {

    @Test
    void whatIsAsciiIsAnOpaqueStringAsItIs() {
        String plain = "1795318200:alice@example.com \t\u007f";
        assertSame(plain, LongTermKey.opaque(plain));
    }

    @Test
    void otherSpacesBecomeOneAndLettersAreComposed() {
        assertEquals("a b c", LongTermKey.opaque("a\u00a0b\u3000c"));
        assertEquals("\u00e9\u00df", LongTermKey.opaque("e\u0301\u00df"));
        assertArrayEquals(
                LongTermKey.of(PasswordAlgorithm.MD5, "a b", "r\u00e9", "p w"),
                LongTermKey.of(PasswordAlgorithm.MD5, "a\u2003b", "re\u0301", "p\u00a0w"));
    }
}
