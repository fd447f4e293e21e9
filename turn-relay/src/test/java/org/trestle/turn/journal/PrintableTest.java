package org.trestle.turn.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

final class PrintableTest {
    @Test
    void whatTerminalsActOnIsSpelledOut() {
        assertEquals("a\\nb\\u001b[2J\\u202ec\\u009b", Printable.of("a\nb\u001b[2J\u202ec\u009b"));
        assertEquals("\\ud800x\\udb40\\udc01", Printable.of("\ud800x\udb40\udc01"));
        assertEquals("a\\u00a0b", Printable.of("a\u00a0b"));
    }

    @Test
    void whatPeopleAreCalledStays() {
        for (String name : new String[] {"", "alice@example.com", "Zoë 日本 😀", "DOMAIN\\user", "\"x\""}) {
            assertSame(name, Printable.of(name));
        }
    }

    @Test
    void linesStayLines() {
        assertEquals("a\nb\\u000d\n", Printable.lines("a\nb\r\n"));
        assertEquals("{\"name\":\"\\u202e\"}\n", Printable.json("{\"name\":\"\u202e\"}\n"));
    }

    @Test
    void aLongNameIsCut() {
        assertEquals("\"xxx…\"", Printable.quoted("x".repeat(500), 3));
        assertEquals("\"\\\"\"", Printable.quoted("\"", 3));
        assertEquals("\"😀😀…\"", Printable.quoted("😀😀😀", 2));
    }
}
