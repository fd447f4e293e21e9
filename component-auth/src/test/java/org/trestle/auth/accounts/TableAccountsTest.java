package org.trestle.auth.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.auth.scram.ScramHash;
import org.trestle.auth.scram.ScramKeys;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.sim.LocalTables;

final class TableAccountsTest {
    private final LocalTables tables = new LocalTables();
    private final KeyDerivation derivation = new KeyDerivation(new SecureRandom(), 1, 10);
    private final TableAccounts accounts = new TableAccounts(tables, derivation);

    @AfterEach
    void close() {
        derivation.close();
    }

    @Test
    void addsListsAndDeletes() throws Exception {
        assertEquals(new Account("alice@trestle.test", false), got(accounts.add("Alice@trestle.test", "one", false)));
        got(accounts.add("admin@trestle.test", "two", true));
        assertTrue(accounts.exists("alice@trestle.test"));
        assertEquals(
                List.of(new Account("admin@trestle.test", true), new Account("alice@trestle.test", false)),
                accounts.list());
        List<String> deleted = new ArrayList<>();
        accounts.onDeleted(deleted::add);
        got(accounts.del("ALICE@trestle.test"));
        assertEquals(List.of("alice@trestle.test"), deleted);
        assertFalse(accounts.exists("alice@trestle.test"));
        assertNull(accounts.keys("alice@trestle.test"));
    }

    @Test
    void anAccountOfADomainThatIsNotServedIsRefused() throws Exception {
        List<String> served = new ArrayList<>();
        TableAccounts bound =
                new TableAccounts(tables, derivation, InstantSource.system(), ServedDomains.only(() -> served));
        assertTrue(refused(bound.add("al@one.test", "pw", false))
                .contains("no domain yet; to set it, type: xmpp domain one.test"));
        served.addAll(List.of("one.test", "two.test"));
        got(bound.add("al@One.test", "pw", false));
        assertTrue(refused(bound.add("al@three.test", "pw", false))
                .contains("does not serve the domain three.test but one.test, two.test; to serve it too, type: "
                        + "xmpp multi_domain add three.test"));
        ImportReport report = got(bound.importAll(
                new ByteArrayInputStream("a@one.test,pw\nb@three.test,pw\n".getBytes(StandardCharsets.UTF_8)),
                soFar -> {}));
        assertEquals(1, report.added());
        assertEquals(1, report.refused());
        assertEquals(2, report.errors().get(0).line());
        assertFalse(bound.exists("b@three.test"));
    }

    @Test
    void whatBelongsToAnAccountGoesWithIt() throws Exception {
        got(accounts.add("al@trestle.test", "one", false));
        got(accounts.add("alice@trestle.test", "one", false));
        for (String key : List.of("al@trestle.test", "al@trestle.test/1", "alice@trestle.test/1")) {
            got(tables.commit(
                    Change.of().put("of-account.things", key, new byte[1]).build()));
        }
        got(tables.commit(Change.of()
                .put("things", "al@trestle.test/1", new byte[1])
                .put("of-account.more", "al@trestle.test/2", new byte[1])
                .build()));
        got(accounts.del("al@trestle.test"));
        assertEquals(1, tables.rows("of-account.things").size());
        assertEquals(
                "alice@trestle.test/1", tables.rows("of-account.things").get(0).key());
        assertEquals(List.of(), tables.rows("of-account.more"));
        assertEquals(1, tables.rows("things").size(), "of somebody else");
    }

    @Test
    void whatWasWrittenLateForAnAccountIsNotItsSuccessors() throws Exception {
        Change.Builder many = Change.of();
        for (int i = 0; i < Belongings.ONE_CHANGE + 1; i++) {
            many.put("of-account.things", "al@trestle.test/" + i, new byte[1]);
        }
        many.put("rosters", "al@trestle.test", new byte[1]);
        got(tables.commit(many.build()));
        got(accounts.add("al@trestle.test", "one", false));
        assertEquals(List.of(), tables.rows("rosters"));
        assertEquals(List.of(), tables.rows("of-account.things"));
    }

    @Test
    void thePasswordItselfIsNowhere() throws Exception {
        got(accounts.add("alice@trestle.test", "Unmistakable-Password", false));
        byte[] value = Objects.requireNonNull(tables.get("users", "alice@trestle.test"))
                .value();
        assertFalse(new String(value, StandardCharsets.ISO_8859_1).contains("Unmistakable"));
        assertTrue(fits("alice@trestle.test", "Unmistakable-Password"));
    }

    @Test
    void aNewPasswordReplacesTheOldOneAndKeepsTheRole() throws Exception {
        got(accounts.add("admin@trestle.test", "one", true));
        got(accounts.passwd("admin@trestle.test", "two"));
        assertTrue(fits("admin@trestle.test", "two"));
        assertFalse(fits("admin@trestle.test", "one"));
        assertTrue(accounts.list().get(0).admin());
        got(accounts.admin("admin@trestle.test", false));
        assertFalse(accounts.list().get(0).admin());
        assertTrue(fits("admin@trestle.test", "two"), "the role changes nothing else");
    }

    @Test
    void anAccountWithoutKeysForSha512KeepsThemFromBeingOfferedUntilItsPasswordIsSeen() throws Exception {
        assertTrue(accounts.offers(ScramHash.SHA_512));
        ScramKeys complete = got(derivation.keys("one"));
        ScramKeys older = new ScramKeys(complete.sha1(), complete.sha256(), null);
        byte[] row = new AccountRow(true, older).encode();
        assertEquals(1, row[0], "the version of rows that had two keys");
        tables.commit(Change.of().put("users", "old@trestle.test", row).build());
        assertFalse(accounts.offers(ScramHash.SHA_512));
        assertTrue(accounts.offers(ScramHash.SHA_256));
        assertFalse(new TableAccounts(tables, derivation).offers(ScramHash.SHA_512), "after a restart");
        assertTrue(fits("old@trestle.test", "one"));

        CompletableFuture<Void> completed = new CompletableFuture<>();
        tables.watch("users", (before, after) -> completed.complete(null));
        accounts.complete("old@trestle.test", "one");
        completed.get(30, TimeUnit.SECONDS);
        assertTrue(accounts.offers(ScramHash.SHA_512));
        assertTrue(accounts.list().get(0).admin());
        ScramKeys now = Objects.requireNonNull(accounts.keys("old@trestle.test"));
        assertTrue(got(derivation.matches(Objects.requireNonNull(now.sha512()), "one")));
    }

    @Test
    void deletingTheLastAccountWithoutKeysForSha512OffersIt() throws Exception {
        ScramKeys complete = got(derivation.keys("one"));
        ScramKeys older = new ScramKeys(complete.sha1(), complete.sha256(), null);
        tables.commit(Change.of()
                .put("users", "old@trestle.test", new AccountRow(false, older).encode())
                .build());
        assertFalse(accounts.offers(ScramHash.SHA_512));
        got(accounts.del("old@trestle.test"));
        assertTrue(accounts.offers(ScramHash.SHA_512));
    }

    @Test
    void saysWhatIsWrongAndWhatToType() throws Exception {
        got(accounts.add("alice@trestle.test", "one", false));
        assertTrue(refused(accounts.add("ALICE@trestle.test", "one", false))
                .contains("exists already; to change its password, type: xmpp user passwd alice@trestle.test"));
        assertTrue(refused(accounts.del("bob@trestle.test")).contains("there is no account bob@trestle.test"));
        assertTrue(refused(accounts.passwd("bob@trestle.test", "x")).contains("there is no account"));
        assertTrue(refused(accounts.add("bob", "x", false)).contains("user@domain"));
        assertTrue(refused(accounts.add("b ob@trestle.test", "x", false)).contains("not allowed"));
        assertTrue(refused(accounts.add("bob@trestle.test", "", false)).contains("password is empty"));
    }

    @Test
    void withoutAQuorumNothingChanges() throws Exception {
        tables.refuse("no quorum");
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> got(accounts.add("alice@trestle.test", "one", false)));
        assertInstanceOf(ClusterUnavailableException.class, failure.getCause());
        assertFalse(accounts.exists("alice@trestle.test"));
    }

    @Test
    void rowsThatCannotBeReadAreSaidToBe() throws Exception {
        for (byte[] value : List.of(new byte[0], new byte[] {1}, new byte[] {1, 0}, new byte[] {9, 0, 1, 2, 3})) {
            got(tables.commit(Change.of().put("users", "x@y", value).build()));
            IllegalStateException unreadable = assertThrows(IllegalStateException.class, () -> accounts.keys("x@y"));
            assertTrue(String.valueOf(unreadable.getMessage()).contains("x@y"));
            assertTrue(refused(accounts.passwd("x@y", "new")).contains("x@y"));
        }
    }

    @Test
    void importsTheGoodLinesAndNamesTheBadOnes() throws Exception {
        got(accounts.add("old@x", "before", true));
        String file = "\ufeffJID,Password\r\n"
                + "alice@x,one\r\n"
                + "\r\n"
                + "\"Bob@X\",\"with,comma and \"\"quote\"\"\"\r\n"
                + "carol@x\r\n"
                + "dave@x,a,b\r\n"
                + "no jid,one\r\n"
                + "eve@x,\r\n"
                + "ALICE@x,again\r\n"
                + "\"open@x,one\r\n"
                + "old@x,after\r\n";
        ImportReport report = imported(file);
        assertEquals(2, report.added());
        assertEquals(1, report.updated());
        assertEquals(6, report.refused());
        assertEquals(
                List.of(5, 6, 7, 8, 9, 10),
                report.errors().stream().map(ImportReport.LineError::line).toList());
        assertTrue(report.errors().get(4).reason().contains("alice@x is in line 2 already"), report.toString());
        assertEquals(
                "line 5: expected jid,password but found no comma",
                report.errors().get(0).toString());
        assertTrue(fits("alice@x", "one"));
        assertTrue(fits("bob@x", "with,comma and \"quote\""));
        assertTrue(fits("old@x", "after"));
        assertTrue(accounts.list().stream().anyMatch(account -> account.equals(new Account("old@x", true))));
        assertFalse(report.toString().contains("comma and"), "no password in a report");
    }

    @Test
    void importingTwiceChangesNothing() throws Exception {
        assertEquals(2, imported("a@x,one\nb@x,two").added());
        long version = Objects.requireNonNull(tables.get("users", "a@x")).version();
        ImportReport again = imported("a@x,one\nb@x,two");
        assertEquals(new ImportReport(0, 0, 2, 0, List.of()), again);
        assertEquals(version, Objects.requireNonNull(tables.get("users", "a@x")).version());
    }

    @Test
    void importsInBatchesAndTellsOfEach() throws Exception {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 210; i++) {
            file.append("user").append(i).append("@x,password").append(i).append('\n');
        }
        List<Integer> told = new ArrayList<>();
        ImportReport report = got(accounts.importAll(
                new ByteArrayInputStream(file.toString().getBytes(StandardCharsets.UTF_8)),
                progress -> told.add(progress.added())));
        assertEquals(List.of(200, 210), told);
        assertEquals(210, report.added());
        assertEquals(210, accounts.list().size());
        assertTrue(fits("user207@x", "password207"));
    }

    @Test
    void anImportWithoutAQuorumFails() {
        tables.refuse("no quorum");
        ExecutionException failure = assertThrows(ExecutionException.class, () -> imported("a@x,one"));
        assertInstanceOf(ClusterUnavailableException.class, failure.getCause());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "jid,password", "JID , PASSWORD \n"})
    void aFileWithoutAccountsImportsNone(String file) throws Exception {
        assertEquals(new ImportReport(0, 0, 0, 0, List.of()), imported(file));
    }

    @Test
    void aReportNamesNoMoreThanItsLimit() throws Exception {
        ImportReport report = imported("nonsense\n".repeat(250));
        assertEquals(250, report.refused());
        assertEquals(ImportReport.ERRORS_KEPT, report.errors().size());
    }

    private ImportReport imported(String file) throws Exception {
        return got(accounts.importAll(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), progress -> {}));
    }

    private boolean fits(String jid, String password) {
        var keys = accounts.keys(jid);
        assertNotNull(keys);
        boolean sha1 = KeyDerivation.matchesNow(keys.sha1(), password);
        assertEquals(sha1, KeyDerivation.matchesNow(keys.sha256(), password));
        return sha1;
    }

    private static <T> T got(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(5, TimeUnit.MINUTES);
    }

    private static String refused(CompletionStage<?> stage) {
        ExecutionException failure = assertThrows(
                ExecutionException.class, () -> stage.toCompletableFuture().get(60, TimeUnit.SECONDS));
        return String.valueOf(
                assertInstanceOf(AccountException.class, failure.getCause()).getMessage());
    }
}
