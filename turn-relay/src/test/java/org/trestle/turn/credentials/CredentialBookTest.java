package org.trestle.turn.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class CredentialBookTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(30));
    private static final SharedKey SIX = new SharedKey(6, "the sixth key", LONG_AGO, null);
    private static final SharedKey SEVEN = new SharedKey(7, "the seventh key", LONG_AGO, null);

    private static CredentialBook keys(SharedKey... keys) {
        return new CredentialBook(Map.of(), List.of(keys), Map.of());
    }

    private static Issued issue(SharedKey key, Duration lifetime) {
        return Objects.requireNonNull(keys(key).issue("alice@example.com", lifetime, NOW));
    }

    private static Candidate fitting(CredentialBook book, Issued issued, Instant when) {
        return book.candidates(issued.username(), when).stream()
                .filter(candidate -> candidate.password().equals(issued.password()))
                .findFirst()
                .orElseThrow();
    }

    private static Refusal refusal(CredentialBook book, Issued issued, Instant when) {
        return Objects.requireNonNull(fitting(book, issued, when).refusal());
    }

    @Test
    void thePasswordIsTheOneOfOtherServersWithARestInterface() {
        // printf 1433895918:alice | openssl dgst -sha1 -hmac north -binary | base64
        assertEquals("RqMvcGPYTJMGThVLSi4amT4zFtI=", TimeLimited.password("north", "1433895918:alice"));
    }

    @Test
    void aStaticUserHasOnePassword() {
        CredentialBook book = CredentialBook.of(List.of(new StaticUser("bench", "secret")));
        assertEquals(List.of(new Candidate("secret", null, 0)), book.candidates("bench", NOW));
        assertEquals(Cause.WRONG_PASSWORD, book.mismatch("bench", NOW).cause());
        assertTrue(book.candidates("other", NOW).isEmpty());
        assertEquals(Cause.UNKNOWN_USER, book.mismatch("other", NOW).cause());
    }

    @Test
    void aUserIsFoundByTheFormOfTheNameThatClientsSend() {
        CredentialBook book = CredentialBook.of(List.of(new StaticUser("Jose\u0301\u00a0A", "secret")));
        assertEquals(List.of(new Candidate("secret", null, 0)), book.candidates("Jos\u00e9 A", NOW));
    }

    @Test
    void aNameThatLooksTimeLimitedCanBeAStaticUser() {
        CredentialBook book = CredentialBook.of(List.of(new StaticUser("1:x", "secret")));
        assertEquals(List.of(new Candidate("secret", null, 0)), book.candidates("1:x", NOW));
    }

    @Test
    void credentialsOfBothKeysAreGoodWhileBothAreValid() {
        CredentialBook book = keys(SIX, SEVEN);
        Issued old = issue(SIX, Duration.ofHours(1));
        assertNull(fitting(book, old, NOW).refusal());
        Issued fresh = Objects.requireNonNull(book.issue("bob@example.com", Duration.ofHours(1), NOW));
        assertEquals(7, fresh.epoch());
        assertEquals("1800003600:bob@example.com", fresh.username());
        assertNull(fitting(book, fresh, NOW).refusal());
    }

    @Test
    void aRetiredKeyIsNamed() {
        CredentialBook book = keys(SIX.retired(NOW), SEVEN);
        Refusal refusal = refusal(book, issue(SIX, Duration.ofHours(1)), NOW);
        assertEquals(Cause.OLD_KEY, refusal.cause());
        assertTrue((refusal.words()).contains("epoch 6 of 7"));
        assertFalse((refusal.words()).contains("sixth"));
    }

    @Test
    void expiredLongAgo() {
        Issued issued = issue(SEVEN, Duration.ofHours(1));
        Refusal refusal = refusal(keys(SEVEN), issued, NOW.plus(Duration.ofHours(4)));
        assertEquals(Cause.EXPIRED, refusal.cause());
        assertTrue((refusal.words()).contains("expired 3 h ago"));
    }

    @Test
    void goodUntilTheLastSecond() {
        Issued issued = issue(SEVEN, Duration.ofHours(1));
        assertNull(fitting(keys(SEVEN), issued, issued.expires()).refusal());
        assertEquals(
                Cause.EXPIRED,
                refusal(keys(SEVEN), issued, issued.expires().plusSeconds(600)).cause());
    }

    @Test
    void anExpiryJustPastMayBeAClock() {
        Issued issued = issue(SEVEN, Duration.ZERO);
        Refusal refusal = refusal(keys(SEVEN), issued, NOW.plusSeconds(94));
        assertEquals(Cause.CLOCK_OFF, refusal.cause());
        assertTrue((refusal.words()).contains("off by 94 s"));
    }

    private static CredentialBook revoked(long generation, int upToEpoch, SharedKey... keys) {
        return new CredentialBook(
                Map.of(), List.of(keys), Map.of("alice@example.com", new Revocation(generation, upToEpoch)));
    }

    /** As a program makes them that has the key and knows the formula. */
    private static Issued external(SharedKey key, String username) {
        return new Issued(username, TimeLimited.password(key.secret(), username), NOW, key.epoch());
    }

    @Test
    void aRevokedUserNeedsNewCredentialsAndGetsThemInTheSameSecond() {
        Duration lifetime = Duration.ofHours(1);
        CredentialBook book = revoked(3, 7, SEVEN);
        Issued before = issue(SEVEN, lifetime);
        assertEquals(Cause.REVOKED, refusal(book, before, NOW).cause());
        Issued after = Objects.requireNonNull(book.issue("alice@example.com", lifetime, NOW));
        assertEquals("1800003600;3:alice@example.com", after.username());
        assertNull(fitting(book, after, NOW).refusal());
        CredentialBook again = revoked(8, 7, SEVEN);
        assertEquals(Cause.REVOKED, refusal(again, after, NOW).cause());
    }

    @Test
    void aRevocationDoesNotAskHowLongCredentialsWereMadeFor() {
        CredentialBook book = revoked(3, 7, SIX, SEVEN);
        Issued tenYears = external(SIX, "2115360000:alice@example.com");
        assertEquals(
                Cause.REVOKED,
                refusal(book, tenYears, NOW.plus(Duration.ofDays(3000))).cause());
        assertNull(fitting(book, external(SEVEN, "2115360000:bob@example.com"), NOW)
                .refusal());
    }

    @Test
    void whoeverElseHasTheKeyMakesNewOnesByTheGenerationOrByANewerKey() {
        SharedKey eight = new SharedKey(8, "the eighth key", NOW, null);
        CredentialBook book = revoked(3, 7, SEVEN, eight);
        assertNull(fitting(book, external(SEVEN, "1800003600;3:alice@example.com"), NOW)
                .refusal());
        assertNull(fitting(book, external(eight, "1800003600:alice@example.com"), NOW)
                .refusal());
        assertEquals(
                Cause.REVOKED,
                refusal(book, external(SEVEN, "1800003600:alice@example.com"), NOW)
                        .cause());
    }

    @Test
    void aSemicolonInANameIsPartOfTheName() {
        TimeLimited name = Objects.requireNonNull(TimeLimited.parse("1800003600:alice;9"));
        assertEquals("alice;9", name.name());
        assertEquals(0, name.generation());
        for (String none : List.of("1800003600;:alice", "1800003600;x:alice", "1800003600;3", ";3:alice")) {
            assertNull(TimeLimited.parse(none), none);
        }
    }

    @Test
    void anotherPasswordOfATimeLimitedName() {
        Refusal refusal = keys(SIX.retired(NOW), SEVEN).mismatch("1800003600:alice", NOW);
        assertEquals(Cause.WRONG_PASSWORD, refusal.cause());
        assertTrue((refusal.words()).contains("epochs 7, 6 retired"));
        assertTrue((keys().mismatch("1800003600:alice", NOW).words()).contains("no shared key"));
    }

    @Test
    void onlyDigitsBeforeTheColonMakeATimeLimitedName() {
        assertNull(TimeLimited.parse("alice:1800003600"));
        assertNull(TimeLimited.parse(":alice"));
        assertNull(TimeLimited.parse("9999999999999:alice"));
        assertNull(TimeLimited.parse("-1:alice"));
        assertEquals(new TimeLimited(Instant.ofEpochSecond(1800003600), 0, ""), TimeLimited.parse("1800003600"));
    }

    @Test
    void nothingPrintsSecrets() {
        CredentialBook book =
                new CredentialBook(Map.of("bench", new StaticUser("bench", "hidden")), List.of(SEVEN), Map.of());
        Issued issued = issue(SEVEN, Duration.ofHours(1));
        String shown = book + " " + book.users() + " " + issued + book.candidates("bench", NOW);
        assertFalse(shown.contains("hidden"));
        assertFalse(shown.contains("seventh"));
        assertFalse(shown.contains(issued.password()));
    }
}
