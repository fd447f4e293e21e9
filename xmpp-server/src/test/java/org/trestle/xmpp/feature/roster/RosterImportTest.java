package org.trestle.xmpp.feature.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.sim.LocalTables;
import org.trestle.xmpp.jid.BareJid;

final class RosterImportTest {
    private static final BareJid ALICE = BareJid.of("alice@example.com");
    private static final BareJid BOB = BareJid.of("bob@example.com");
    private static final BareJid CAROL = BareJid.of("carol@example.com");

    private final LocalTables tables = new LocalTables();
    private final Rosters rosters =
            new Rosters(tables, RosterLimits.DEFAULT, new RosterMeters(new SimpleMeterRegistry()));
    private final RosterImport contacts = new RosterImport(tables);

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void allContactsAreOneChangeAndKeepTheirNames() throws Exception {
        done(rosters.change(
                ALICE,
                null,
                (mine, none) -> Draft.of(mine.with(mine.contact(BOB).listed("Bob", List.of("team"))), none)));
        long before = rosters.of(ALICE).version();
        assertTrue(done(contacts.both(ALICE, List.of(BOB, CAROL))));
        Roster roster = rosters.of(ALICE).roster();
        assertEquals(
                List.of(BOB, CAROL),
                roster.contacts().stream().map(Contact::jid).toList());
        assertEquals(new Contact(BOB, true, "Bob", List.of("team"), State.BOTH, false, null), roster.contact(BOB));
        assertEquals(State.BOTH, roster.contact(CAROL).state());
        long after = rosters.of(ALICE).version();
        assertTrue(after > before);
        assertTrue(done(contacts.both(ALICE, List.of(BOB, CAROL))));
        assertEquals(after, rosters.of(ALICE).version(), "a file that is imported again changes nothing");
    }

    @Test
    void aRosterThatWouldBeTooBigStaysAsItIs() throws Exception {
        List<BareJid> many = IntStream.rangeClosed(0, RosterLimits.DEFAULT.items())
                .mapToObj(i -> BareJid.of("u" + i + "@example.com"))
                .toList();
        assertFalse(done(contacts.both(ALICE, many)));
        assertTrue(rosters.of(ALICE).roster().contacts().isEmpty());
    }
}
