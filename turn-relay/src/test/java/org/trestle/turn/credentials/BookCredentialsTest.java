package org.trestle.turn.credentials;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.trestle.turn.relay.Credentials;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;

final class BookCredentialsTest {
    private static final String REALM = "trestle";
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final SharedKey ONE = new SharedKey(1, "the first key of all", NOW, null);
    private static final SharedKey TWO = new SharedKey(2, "the second key of all", NOW, null);

    private CredentialBook book = CredentialBook.EMPTY;
    private Instant now = NOW;
    private final BookCredentials credentials = new BookCredentials(() -> book, REALM, () -> now.toEpochMilli());

    private Credentials.Answer ask(String username) {
        return credentials.byName(username.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] key(Credentials.Key key) {
        return Objects.requireNonNull(key.bytes(PasswordAlgorithm.MD5));
    }

    private static byte[] key(String username, String password) {
        return LongTermKey.of(PasswordAlgorithm.MD5, username, REALM, password);
    }

    @Test
    void aStaticUserByNameAndByHash() {
        book = CredentialBook.of(List.of(new StaticUser("bench", "secret")));
        for (Credentials.Answer answer :
                List.of(ask("bench"), credentials.byHash(LongTermKey.userHash("bench", REALM)))) {
            Credentials.Known known = assertInstanceOf(Credentials.Known.class, answer);
            assertEquals("bench", known.account());
            assertArrayEquals(key("bench", "secret"), key(known.keys().get(0)));
            assertEquals("static user", known.keys().get(0).label());
        }
        book = CredentialBook.EMPTY;
        assertInstanceOf(Credentials.Unknown.class, credentials.byHash(LongTermKey.userHash("bench", REALM)));
    }

    @Test
    void aTimeLimitedNameHasAKeyForEachEpochAndAnAccountWithoutTheExpiry() {
        book = new CredentialBook(Map.of(), List.of(ONE.retired(NOW), TWO), Map.of());
        Issued issued = Objects.requireNonNull(book.issue("alice@example.com", Duration.ofHours(1), NOW));
        Credentials.Known known = assertInstanceOf(Credentials.Known.class, ask(issued.username()));
        assertEquals("alice@example.com", known.account());
        assertEquals(1, known.keys().size());
        assertEquals("epoch 2", known.keys().get(0).label());
        assertArrayEquals(
                key(issued.username(), issued.password()), key(known.keys().get(0)));
        Credentials.Retired retired = known.retired().get(0);
        assertEquals(Refusal.RETIRED_KEY, retired.reason());
        assertTrue(retired.detail().contains("epoch 1 of 2"), retired.detail());
    }

    @Test
    void whatHasExpiredIsUnknownAndExplained() {
        book = new CredentialBook(Map.of(), List.of(TWO), Map.of());
        Issued issued = Objects.requireNonNull(book.issue("alice", Duration.ofHours(1), NOW));
        now = issued.expires().plusSeconds(94);
        Credentials.Retired late = retired(issued);
        assertEquals(Refusal.CLOCK_OFF, late.reason());
        assertTrue(late.detail().contains("off by 94 s"), late.detail());
        assertArrayEquals(key(issued.username(), issued.password()), key(late.key()));
        now = issued.expires().plusSeconds(10_800);
        late = retired(issued);
        assertEquals(Refusal.EXPIRED, late.reason());
        assertTrue(late.detail().startsWith("expired 3 h ago"), late.detail());
    }

    /** The only key of a name that has no good one; without it, the password is wrong. */
    private Credentials.Retired retired(Issued issued) {
        Credentials.Unknown unknown = assertInstanceOf(Credentials.Unknown.class, ask(issued.username()));
        assertEquals(Refusal.WRONG_PASSWORD, unknown.reason());
        return unknown.retired().get(0);
    }

    @Test
    void anyBytesAreAName() {
        book = new CredentialBook(Map.of(), List.of(TWO), Map.of());
        Credentials.Answer answer = credentials.byName(new byte[] {(byte) 0xff, 0, '%', 'n', '\n'});
        assertEquals(
                Refusal.UNKNOWN_USER,
                assertInstanceOf(Credentials.Unknown.class, answer).reason());
    }
}
