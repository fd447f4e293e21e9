package org.trestle.turn.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.trestle.turn.relay.Refusal;

final class RelayJournalTest {
    private long millis = 1_800_000_000_000L;
    private final RelayJournal journal = new RelayJournal(() -> millis);

    @Test
    void aCauseIsSaidOnceAMinuteAndAddress() {
        assertEquals(
                "client=192.0.2.1 user=\"alice\" cause=wrong-password code=401: the password is wrong",
                journal.line("192.0.2.1", "alice", Refusal.WRONG_PASSWORD, "the password is wrong"));
        assertNull(journal.line("192.0.2.1", "alice", Refusal.WRONG_PASSWORD, "the password is wrong"));
        assertNotNull(journal.line("192.0.2.2", "alice", Refusal.WRONG_PASSWORD, "the password is wrong"));
        assertNotNull(journal.line("192.0.2.1", "alice", Refusal.USER_QUOTA, ""));
        millis += 60_000;
        String later = journal.line("192.0.2.1", "alice", Refusal.WRONG_PASSWORD, "the password is wrong");
        assertNotNull(later);
        assertTrue(later.endsWith("the password is wrong (1 more like this)"), later);
        assertEquals(3, journal.refusals().get(0).count());
    }

    @Test
    void usersBehindOneAddressHaveALineEach() {
        String wrong = "the password is wrong";
        assertNotNull(journal.line("192.0.2.1", "1800000100:alice", Refusal.WRONG_PASSWORD, wrong));
        assertNull(journal.line("192.0.2.1", "1800000200:alice", Refusal.WRONG_PASSWORD, wrong));
        assertNotNull(journal.line("192.0.2.1", "bench", Refusal.WRONG_PASSWORD, wrong));
        assertEquals(
                List.of("\"1800000200:alice\" 2", "\"bench\" 1"),
                journal.refusals().stream()
                        .map(line -> line.username() + " " + line.count())
                        .sorted()
                        .toList());
    }

    @Test
    void someUsersBehindOneAddressShareALine() {
        for (int i = 0; i < 10 * RelayJournal.REMEMBERED; i++) {
            millis += 1000;
            String line = journal.line("192.0.2.1", "user" + i, Refusal.UNKNOWN_USER, "");
            boolean oneMore = (i - RelayJournal.USERS_OF_AN_ADDRESS) % 60 == 0;
            assertEquals(i < RelayJournal.USERS_OF_AN_ADDRESS || oneMore, line != null, "user " + i);
        }
        assertEquals(RelayJournal.USERS_OF_AN_ADDRESS + 1, journal.refusals().size());
        for (int i = 0; i < RelayJournal.REMEMBERED; i++) {
            journal.line("198.51.100." + i, null, Refusal.UNKNOWN_USER, "");
        }
        millis += 1000;
        assertNotNull(journal.line("192.0.2.1", "late", Refusal.UNKNOWN_USER, ""), "all were forgotten");
        assertEquals("\"late\"", journal.refusals().get(0).username());
    }

    @Test
    void aFloodIsCountedNotLogged() {
        for (int i = 0; i < 10_000; i++) {
            String line = journal.line("198.51.100." + i, null, Refusal.UNKNOWN_USER, "");
            assertEquals(i < RelayJournal.LINES_A_SECOND, line != null);
        }
        assertEquals(RelayJournal.REMEMBERED, journal.refusals().size());
        millis += 1000;
        String line = journal.line("203.0.113.1", null, Refusal.NO_PORTS, "");
        assertNotNull(line);
        assertTrue(line.contains("no free relay port (9995 others were not logged"), line);
    }

    @Test
    void aNameCannotForgeALine() {
        String line = journal.line("203.0.113.1", "a\nb\u001b\u202ec", Refusal.UNKNOWN_USER, "");
        assertNotNull(line);
        assertTrue(
                line.startsWith("client=203.0.113.1 user=\"a\\nb\\u001b\\u202ec\" cause=unknown-user code=401: "),
                line);
        String shown = journal.refusals().get(0).username();
        assertEquals("\"a\\nb\\u001b\\u202ec\"", shown);
    }

    @Test
    void everyCauseHasAWord() {
        List.of(Refusal.values())
                .forEach(refusal -> assertTrue(RelayJournal.word(refusal).matches("[a-z-]+"), refusal.name()));
    }
}
