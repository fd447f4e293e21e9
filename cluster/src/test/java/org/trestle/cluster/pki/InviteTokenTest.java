package org.trestle.cluster.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class InviteTokenTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(3600);
    private static final byte[] QUESTION = "let me in".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER = {1, 2, 3};
    private final InviteToken token = InviteToken.create("0f".repeat(32), new SecureRandom());

    @Test
    void readsWhatItWrote() {
        String text = token.encode();
        assertTrue(text.matches("trestle-[a-z2-7]{95}"), "the shape of a token");
        InviteToken again = InviteToken.parse("  " + text.toUpperCase(Locale.ROOT) + "\n");
        assertEquals(token.id(), again.id());
        assertEquals("0f".repeat(32), again.authority());
        assertArrayEquals(token.proof(QUESTION, SERVER), again.proof(QUESTION, SERVER));
    }

    @Test
    void seesEveryWrongCharacter() {
        String text = token.encode();
        for (int at = InviteToken.PREFIX.length(); at < text.length(); at++) {
            for (char wrong : new char[] {'a', 'q', '7', '0', '-', ' '}) {
                if (text.charAt(at) != wrong && !(wrong == ' ' && at == text.length() - 1)) {
                    String mistyped = text.substring(0, at) + wrong + text.substring(at + 1);
                    String message = refusal(mistyped);
                    assertTrue(message.startsWith("the token is damaged: "), message);
                    assertTrue(message.contains("xmpp cluster invite"), message);
                }
            }
        }
    }

    @Test
    void seesACutOrLengthenedToken() {
        String text = token.encode();
        for (int length = InviteToken.PREFIX.length(); length < text.length(); length++) {
            assertTrue(refusal(text.substring(0, length)).startsWith("the token is damaged: "));
        }
        assertTrue(refusal(text + "a").startsWith("the token is damaged: "));
        assertTrue(refusal(text + text).startsWith("the token is damaged: "));
        assertTrue(refusal("").contains("does not begin with"));
        assertTrue(refusal("password1").contains("does not begin with"));
    }

    @Test
    void survivesGarbage() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder("trestle-");
            random.ints(random.nextInt(120), 0, 0x250).forEach(c -> text.append((char) c));
            refusal(text.toString());
        }
    }

    @Test
    void provesItsHolderForOneQuestionOnOneConnectionUntilItExpires() {
        StoredInvite stored = token.stored(LATER);
        byte[] proof = token.proof(QUESTION, SERVER);
        assertTrue(stored.accepts(proof, QUESTION, SERVER, NOW));
        assertFalse(stored.accepts(proof, QUESTION, SERVER, LATER), "expired");
        assertFalse(stored.accepts(proof, "let Eve in".getBytes(StandardCharsets.US_ASCII), SERVER, NOW));
        assertFalse(stored.accepts(proof, QUESTION, new byte[] {1, 2, 4}, NOW), "another server");
        assertFalse(stored.accepts(proof, new byte[0], QUESTION, NOW));
        assertFalse(stored.accepts(new byte[0], QUESTION, SERVER, NOW));
        InviteToken other = InviteToken.create("0f".repeat(32), new SecureRandom());
        assertFalse(stored.accepts(other.proof(QUESTION, SERVER), QUESTION, SERVER, NOW));
    }

    @Test
    void doesNotShowItsSecret() {
        String text = token.encode();
        StoredInvite stored = token.stored(LATER);
        assertFalse(token.toString().contains(text.substring(20, 40)));
        assertFalse(stored.toString().contains(stored.digest()));
        assertNotEquals(text, token.toString());
    }

    private static String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> InviteToken.parse(text))
                .getMessage();
    }
}
