package org.trestle.xmpp.jid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JidTest {

    @Test
    void splitsAtTheFirstSlashAndTheFirstAtSign() {
        FullJid jid = FullJid.of("juliet@example.com/foo/bar@baz");
        assertEquals("juliet", jid.local());
        assertEquals("example.com", jid.domain());
        assertEquals("foo/bar@baz", jid.resource());
        assertEquals(BareJid.of("juliet@example.com"), jid.bare());
    }

    @Test
    void aDomainMayHaveAResourceWithAnAtSign() {
        DomainJid jid = DomainJid.of("example.com/a@b");
        assertNull(jid.local());
        assertEquals("a@b", jid.resource());
        assertEquals(DomainJid.of("example.com"), jid.bare());
    }

    @ParameterizedTest
    @CsvSource({
        "Juliet@Example.COM/Balcony, juliet@example.com/Balcony",
        "juliet@example.com., juliet@example.com",
        "Fußball@example.com, fußball@example.com",
        "π@example.com, π@example.com",
        "Σ@example.com/foo, σ@example.com/foo",
        "king@example.com/♚, king@example.com/♚",
        "a@xn--bcher-kva.example, a@bücher.example",
        "a@BÜCHER.example, a@bücher.example",
        "192.168.1.1, 192.168.1.1",
        "[2001:DB8:0::1], [2001:db8::1]",
        "foo@example.com/a b, foo@example.com/a b",
        "callbridge_1.example.com, callbridge_1.example.com",
    })
    void hasOneCanonicalText(String text, String canonical) {
        assertEquals(canonical, Jid.of(text).toString());
        assertEquals(Jid.of(canonical), Jid.of(text));
        assertEquals(canonical, Jid.of(canonical).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@example.com",
                "juliet@",
                "juliet@/balcony",
                "juliet@example.com/",
                "a b@example.com",
                "a\"b@example.com",
                "a@b@example.com",
                "henryⅣ@example.com",
                "♚@example.com",
                "juliet@exa mple.com",
                "juliet@example..com",
                "juliet@-example.com",
                "juliet@.example.com",
                "[::1",
                "[127.0.0.1]",
                "[fe80::1%eth0]",
                "juliet@example.com/a\u0000",
                "juliet@example.com/a\nb",
                "juliet@example.com/\uD800"
            })
    void refusesWhatIsNoJid(String text) {
        assertNull(Jid.parse(text));
        String why =
                assertThrows(IllegalArgumentException.class, () -> Jid.of(text)).getMessage();
        assertTrue(why.startsWith("not a Jid: "), why);
    }

    @Test
    void noPartHasMoreThan1023Bytes() {
        String longest = "a".repeat(1023);
        assertEquals(longest, BareJid.of(longest + "@example.com").local());
        assertNull(Jid.parse(longest + "a@example.com"));
        assertEquals(longest, FullJid.of("a@example.com/" + longest).resource());
        assertNull(Jid.parse("a@example.com/" + longest + "a"));
        assertNull(Jid.parse("a@example.com/" + "é".repeat(512)));
        assertEquals(
                511, FullJid.of("a@example.com/" + "é".repeat(511)).resource().length());
    }

    @Test
    void equalJidsAreTheSameObjectWhileTheyAreCached() {
        assertSame(Jid.of("romeo@example.net/orchard"), Jid.of("romeo@example.net/orchard"));
    }

    @Test
    void theCacheGivesEachTextItsOwnJid() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3 * JidParser.CACHE_SLOTS; i++) {
                String text = "user" + i + "@example.com";
                assertEquals(text, Jid.of(text).toString());
            }
        }
    }

    @Test
    void kindsDiffer() {
        assertInstanceOf(BareJid.class, Jid.of("a@b"));
        assertInstanceOf(FullJid.class, Jid.of("a@b/c"));
        assertInstanceOf(DomainJid.class, Jid.of("b"));
        assertThrows(IllegalArgumentException.class, () -> BareJid.of("a@b/c"));
        assertThrows(IllegalArgumentException.class, () -> FullJid.of("a@b"));
        assertThrows(IllegalArgumentException.class, () -> DomainJid.of("a@b"));
    }
}
