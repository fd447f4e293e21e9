package org.trestle.node.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.sim.LocalTables;
import org.trestle.node.config.TurnConfig.PortRange;
import org.trestle.turn.credentials.Candidate;
import org.trestle.turn.credentials.Cause;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.credentials.Issued;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.credentials.StaticUser;

final class TurnTablesTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final Duration LONG = Duration.ofDays(365);

    private final LocalTables rows = new LocalTables();
    private final TurnTables tables = new TurnTables(rows, new SecureRandom());
    private final TurnTables elsewhere = new TurnTables(rows, new SecureRandom());

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static String refusal(CompletionStage<?> stage) {
        return String.valueOf(assertThrows(CompletionException.class, () -> done(stage))
                .getCause()
                .getMessage());
    }

    /** Accepted, or why not: as a relay decides. */
    private static Object verdict(CredentialBook book, Issued issued, Instant when) {
        for (Candidate candidate : book.candidates(issued.username(), when)) {
            if (candidate.password().equals(issued.password())) {
                return candidate.refusal() == null
                        ? "accepted"
                        : candidate.refusal().cause();
            }
        }
        return book.mismatch(issued.username(), when).cause();
    }

    @Test
    void everyNodeAcceptsTheSame() {
        done(tables.user(new StaticUser("bench", "secret")));
        done(tables.ensureKey(NOW));
        done(elsewhere.ensureKey(NOW));
        Issued issued = present(tables.book().issue("alice@example.com", tables.lifetime(), NOW));
        assertEquals("accepted", verdict(elsewhere.book(), issued, NOW));
        assertEquals(1, elsewhere.book().users().size());
        done(elsewhere.removeUser("bench"));
        assertTrue(tables.book().users().isEmpty());
        assertTrue(refusal(tables.removeUser("bench")).contains("turn credentials list"));
    }

    @Test
    void aUserIsRemovedHoweverTheNameIsTyped() {
        done(tables.user(new StaticUser("jose\u0301", "secret")));
        assertTrue(elsewhere.book().users().containsKey("jos\u00e9"));
        done(elsewhere.removeUser("jose\u0301"));
        assertTrue(tables.book().users().isEmpty());
    }

    private static <T> T present(@org.jspecify.annotations.Nullable T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void aRotationCutsNobodyAndARetirementEverybodyOfTheOldKey() {
        done(tables.ensureKey(NOW));
        Issued old = present(tables.book().issue("alice", tables.lifetime(), NOW));
        SharedKey fresh = done(tables.rotate(null, NOW));
        assertEquals(2, fresh.epoch());
        Issued issued = present(elsewhere.book().issue("alice", tables.lifetime(), NOW));
        assertEquals(2, issued.epoch());
        assertEquals("accepted", verdict(elsewhere.book(), old, NOW));
        assertEquals("accepted", verdict(elsewhere.book(), issued, NOW));
        done(tables.retire(1, NOW));
        assertEquals(Cause.OLD_KEY, verdict(elsewhere.book(), old, NOW));
        assertEquals("accepted", verdict(elsewhere.book(), issued, NOW));
        assertTrue(refusal(tables.retire(2, NOW)).contains("turn credentials rotate"));
        assertTrue(refusal(tables.retire(9, NOW)).contains("no key with epoch 9"));
    }

    @Test
    void keysAreBoundedAndTheOldestRetiredOneGoesFirst() {
        for (int i = 1; i <= CredentialBook.MOST_KEYS; i++) {
            assertEquals(i, done(tables.rotate(null, NOW)).epoch());
        }
        assertTrue(refusal(tables.rotate(null, NOW)).contains("turn credentials retire 1"));
        done(tables.retire(1, NOW));
        done(tables.retire(3, NOW));
        assertEquals(9, done(tables.rotate(null, NOW)).epoch());
        List<Integer> epochs =
                tables.book().keys().stream().map(SharedKey::epoch).toList();
        assertEquals(List.of(9, 8, 7, 6, 5, 4, 3, 2), epochs);
    }

    @Test
    void aKeyThatOthersHaveIsTakenOnce() {
        SharedKey theirs = done(tables.rotate("a key of somebody else", NOW));
        assertEquals("a key of somebody else", theirs.secret());
        assertTrue(refusal(tables.rotate("a key of somebody else", NOW)).contains("there already"));
        assertFalse(theirs.toString().contains("somebody"));
        assertNotEquals(
                done(tables.rotate(null, NOW)).secret(),
                done(tables.rotate(null, NOW)).secret());
    }

    @Test
    void aRevokedUserIsRefusedUntilNewCredentials() {
        done(tables.ensureKey(NOW));
        Issued before = present(tables.book().issue("alice", Duration.ofDays(365), NOW));
        done(tables.lifetime(Duration.ofMinutes(1)));
        done(tables.revoke("alice"));
        assertEquals(Cause.REVOKED, verdict(elsewhere.book(), before, NOW));
        Issued after = present(elsewhere.book().issue("alice", tables.lifetime(), NOW));
        assertEquals("accepted", verdict(tables.book(), after, NOW));
        done(elsewhere.revoke("alice"));
        assertEquals(Cause.REVOKED, verdict(tables.book(), after, NOW));
        assertEquals("accepted", verdict(tables.book(), present(tables.book().issue("alice", LONG, NOW)), NOW));
    }

    @Test
    void aRevocationIsForgottenWhenTheLastKeyOfItsTimeIsRetired() {
        done(tables.ensureKey(NOW));
        assertTrue(refusal(new TurnTables(new LocalTables(), new SecureRandom()).revoke("alice"))
                .contains("no key yet"));
        done(tables.revoke("alice"));
        done(tables.rotate(null, NOW));
        Issued made = present(tables.book().issue("alice", LONG, NOW));
        done(tables.revoke("bob"));
        assertEquals(Set.of("alice", "bob"), tables.book().revoked().keySet());
        done(tables.retire(1, NOW));
        assertEquals(Set.of("bob"), elsewhere.book().revoked().keySet());
        assertEquals("accepted", verdict(elsewhere.book(), made, NOW));
        Issued plain = present(tables.book().issue("alice", LONG, NOW));
        done(tables.revoke("alice"));
        assertEquals(Cause.REVOKED, verdict(elsewhere.book(), made, NOW), "a generation is never given twice");
        assertEquals(Cause.REVOKED, verdict(elsewhere.book(), plain, NOW));
    }

    @Test
    void aNewKeyAndARevocationOfTheSameMomentExcludeEachOther() {
        done(tables.ensureKey(NOW));
        Runnable rotation = () -> done(elsewhere.rotate(null, NOW));
        Tables late = (Tables) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Tables.class}, (proxy, call, with) -> {
                    if (call.getName().equals("commit")) {
                        rotation.run();
                    }
                    return call.invoke(rows, with);
                });
        assertTrue(refusal(new TurnTables(late, new SecureRandom()).revoke("alice"))
                .contains("same moment"));
        done(tables.revoke("alice"));
        assertEquals(2, present(tables.book().revoked().get("alice")).upToEpoch());
    }

    @Test
    void settingsAndRelaysAreShared() {
        assertNull(tables.realm());
        done(tables.realm("example.com"));
        done(tables.lifetime(Duration.ofHours(2)));
        assertEquals("example.com", elsewhere.realm());
        assertEquals(Duration.ofHours(2), elsewhere.lifetime());
        RelayAddress relay = new RelayAddress(
                new NodeId("1f00000000000001"),
                "192.0.2.1",
                3478,
                5349,
                0,
                true,
                new PortRange(40000, 40999),
                "turn1.example.com",
                12);
        done(tables.announce(relay));
        assertEquals(List.of(relay), elsewhere.relays());
        RelayAddress shared = new RelayAddress(relay.node(), "192.0.2.1", 3478, 5349, 443, true, 12);
        done(tables.announce(shared));
        assertEquals(List.of(shared), elsewhere.relays());
        done(tables.withdraw(relay.node()));
        assertEquals(List.of(), elsewhere.relays());
    }

    @Test
    void aRelayOfAnOlderNodeHasNoSharedPort() throws Exception {
        RelayAddress relay = new RelayAddress(new NodeId("1f00000000000001"), "192.0.2.1", 3478, 5349, 443, true, 12);
        byte[] now = TurnRows.encode(relay);
        byte[] then = Arrays.copyOf(now, now.length - 3 * Integer.BYTES - Short.BYTES);
        RelayAddress read = present(TurnRows.relay(new Row("relays", "1f00000000000001", then, 1)));
        assertEquals(new RelayAddress(relay.node(), "192.0.2.1", 3478, 5349, true, 12), read);
    }

    @Test
    void timeLimitedCredentialsAreSwitchedOffAndOnEverywhere() {
        done(tables.ensureKey(NOW));
        Issued made = present(tables.book().issue("alice", tables.lifetime(), NOW));
        done(tables.timeLimited(false));
        done(tables.timeLimited(false));
        assertNull(elsewhere.book().issue("alice", tables.lifetime(), NOW));
        assertEquals(Cause.SWITCHED_OFF, verdict(elsewhere.book(), made, NOW));
        done(elsewhere.timeLimited(true));
        done(elsewhere.timeLimited(true));
        assertEquals(made, tables.book().issue("alice", tables.lifetime(), NOW));
        assertEquals("accepted", verdict(tables.book(), made, NOW));
    }

    @Test
    void withoutAQuorumWhatWasKnownStillCounts() {
        done(tables.ensureKey(NOW));
        rows.refuse("no quorum");
        assertTrue(refusal(tables.rotate(null, NOW)).contains("no quorum"));
        assertNotNull(tables.book().issue("alice", tables.lifetime(), NOW));
    }
}
