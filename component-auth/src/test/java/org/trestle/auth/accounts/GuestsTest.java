package org.trestle.auth.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.sim.LocalTables;

final class GuestsTest {
    private final LocalTables tables = new LocalTables();
    private final KeyDerivation derivation = new KeyDerivation(new SecureRandom(), 1, 10);
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private final TableAccounts accounts = new TableAccounts(tables, derivation, () -> now);
    private final Guests guests = new Guests(tables);

    @AfterEach
    void close() {
        guests.close();
        derivation.close();
    }

    @Test
    void aGuestLogsInUntilItsTimeIsOver() throws Exception {
        Account guest = got(accounts.addGuest("guest@trestle.test", "one", in(60)));
        assertEquals(in(60), guest.standing().expiry());
        assertEquals(List.of(guest), accounts.list());
        assertNotNull(accounts.keys("guest@trestle.test"));
        now = in(60);
        assertNull(accounts.keys("guest@trestle.test"), "before anybody has removed it");
        assertEquals(now, guests.next());
        assertEquals(1, got(guests.removeEnded(now)));
        assertFalse(accounts.exists("guest@trestle.test"));
        assertNull(guests.next());
        assertEquals(0, guests.size());
    }

    @Test
    void whatIsTheirsGoesWithThemAndOnlyThat() throws Exception {
        got(accounts.addGuest("guest@trestle.test", "one", in(60)));
        got(accounts.addGuest("later@trestle.test", "one", in(61)));
        got(accounts.add("alice@trestle.test", "one", false));
        for (String jid : List.of("guest@trestle.test", "later@trestle.test", "alice@trestle.test")) {
            got(tables.commit(Change.of()
                    .put("of-account.roster", jid + "/bob@trestle.test", new byte[1])
                    .build()));
        }
        List<String> deleted = new ArrayList<>();
        accounts.onDeleted(deleted::add);
        assertEquals(1, got(guests.removeEnded(in(60))));
        assertEquals(List.of("guest@trestle.test"), deleted);
        assertEquals(2, tables.rows("of-account.roster").size());
        assertEquals(2, accounts.list().size());
    }

    @Test
    void oneWithMoreThanAChangeHoldsIsRemovedToo() throws Exception {
        got(accounts.addGuest("guest@trestle.test", "one", in(60)));
        got(accounts.addGuest("small@trestle.test", "one", in(50)));
        Change.Builder many = Change.of();
        for (int i = 0; i < Belongings.ONE_CHANGE * 2; i++) {
            many.put("of-account.offline", "guest@trestle.test/" + i, new byte[1]);
        }
        got(tables.commit(many.build()));
        assertEquals(2, got(guests.removeEnded(in(60))));
        assertEquals(List.of(), accounts.list());
        assertEquals(List.of(), tables.rows("of-account.offline"));
        assertEquals(List.of(), tables.rows(Standing.TABLE));
    }

    @Test
    void oneThatIsRemovedInPartsEndsUntilItIsGone() throws Exception {
        got(accounts.addGuest("guest@trestle.test", "one", in(60)));
        String longest = "x".repeat(3000);
        Change.Builder first = Change.of();
        for (int i = 0; i < 70; i++) {
            first.put("of-account.zeta", "guest@trestle.test/" + i + longest, new byte[1]);
        }
        got(tables.commit(first.build()));
        List<String> left = new ArrayList<>();
        tables.watch("of-account.zeta", (before, after) -> {
            left.add(Objects.requireNonNull(guests.next()).toString());
        });
        left.clear();
        assertEquals(1, got(guests.removeEnded(in(60))));
        assertEquals(70, left.size());
        assertEquals(List.of(), tables.rows("of-account.zeta"));
        assertEquals(List.of(), accounts.list());
    }

    @Test
    void thoseOfARestartedNodeAreKnownFromTheTables() throws Exception {
        got(accounts.addGuest("guest@trestle.test", "one", in(60)));
        try (Guests restarted = new Guests(tables)) {
            assertEquals(in(60), restarted.next());
            assertEquals(1, got(restarted.removeEnded(in(3600))));
            assertNull(guests.next(), "the other one has heard of it");
        }
    }

    @Test
    void whatIsWrittenTooLateIsSweptUp() throws Exception {
        got(accounts.add("alice@trestle.test", "one", false));
        for (String jid : List.of("gone@trestle.test", "alice@trestle.test")) {
            got(tables.commit(Change.of()
                    .put("of-account.last-seen", jid, new byte[1])
                    .put("of-account.offline", jid + "/1", new byte[1])
                    .put("elsewhere", jid + "/1", new byte[1])
                    .build()));
        }
        assertEquals(2, got(guests.sweep()));
        assertEquals(0, got(guests.sweep()));
        assertEquals(1, tables.rows("of-account.last-seen").size());
        assertEquals(1, tables.rows("of-account.offline").size());
        assertEquals(2, tables.rows("elsewhere").size());
        assertEquals(1, tables.rows("users").size());
    }

    @Test
    void asMuchIsSweptAsOneChangeTakes() throws Exception {
        Change.Builder many = Change.of();
        for (int i = 0; i < Belongings.ONE_CHANGE + 10; i++) {
            many.put("of-account.offline", "gone" + i + "@trestle.test/1", new byte[1]);
        }
        got(tables.commit(many.build()));
        assertEquals(0, got(guests.sweep()), "without any account nothing is known to be left over");
        got(accounts.add("alice@trestle.test", "one", false));
        int first = got(guests.sweep());
        assertTrue(first <= Belongings.ONE_CHANGE);
        assertEquals(Belongings.ONE_CHANGE + 10 - first, got(guests.sweep()));
        assertEquals(List.of(), tables.rows("of-account.offline"));
    }

    @Test
    void withoutAQuorumItIsTriedAgain() throws Exception {
        got(accounts.addGuest("guest@trestle.test", "one", in(60)));
        tables.refuse("no quorum");
        assertThrows(ExecutionException.class, () -> got(guests.removeEnded(in(60))));
        tables.refuse(null);
        assertEquals(1, got(guests.removeEnded(in(60))));
    }

    @Test
    void disabledMeansNoLoginAndEnabledBringsItBack() throws Exception {
        got(accounts.add("alice@trestle.test", "one", true));
        assertTrue(accounts.isAdmin("alice@trestle.test"));
        got(accounts.enable("alice@trestle.test", true));
        got(accounts.enable("alice@trestle.test", false));
        assertNull(accounts.keys("alice@trestle.test"));
        assertFalse(accounts.isAdmin("alice@trestle.test"));
        assertTrue(accounts.list().get(0).standing().disabled());
        got(accounts.passwd("alice@trestle.test", "two"));
        assertNull(accounts.keys("alice@trestle.test"), "a new password changes nothing of that");
        got(accounts.enable("alice@trestle.test", true));
        assertNotNull(accounts.keys("alice@trestle.test"));
        assertEquals(List.of(), tables.rows(Standing.TABLE));
    }

    @Test
    void aGuestThatIsEnabledAgainStillEnds() throws Exception {
        got(accounts.addGuest("guest@trestle.test", "one", in(60)));
        got(accounts.enable("guest@trestle.test", false));
        got(accounts.enable("guest@trestle.test", true));
        assertEquals(in(60), guests.next());
    }

    @Test
    void anExpiryInThePastIsRefused() {
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> got(accounts.addGuest("guest@trestle.test", "one", now)));
        assertInstanceOf(AccountException.class, failed.getCause());
    }

    private Instant in(long seconds) {
        return Instant.parse("2026-11-21T12:00:00Z").plus(Duration.ofSeconds(seconds));
    }

    private static <T> T got(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
