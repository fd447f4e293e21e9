package org.trestle.xmpp.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.PresenceLedger.Told;

final class PresenceLedgerTest {
    private static final Sender ALICE = new Sender(Jid.of("alice@trestle.test/a"), "s8");
    private static final Sender CAROL = new Sender(Jid.of("carol@trestle.test/c"), "s9");
    private static final Told BOB = new Told("s1", Jid.of("bob@trestle.test/b"));
    private static final Told DAVE = new Told("s2", Jid.of("dave@trestle.test/d"));

    private final PresenceLedger ledger = new PresenceLedger(2);

    @Test
    void whoWasToldIsKnownOnceAtTheEnd() {
        ledger.add(ALICE, BOB);
        ledger.add(ALICE, BOB);
        ledger.add(ALICE, DAVE);
        assertEquals(Set.of(BOB, DAVE), ledger.end(ALICE));
        assertEquals(Set.of(), ledger.end(ALICE));
        assertEquals(0, ledger.size());
    }

    @Test
    void whoWasToldOfTheGoodbyeIsNotToldAgain() {
        ledger.add(ALICE, BOB);
        assertTrue(ledger.remove(ALICE, BOB));
        assertFalse(ledger.remove(ALICE, BOB));
        assertEquals(Set.of(), ledger.end(ALICE));
    }

    @Test
    void anAudienceThatLeftIsForgottenEverywhere() {
        ledger.add(ALICE, BOB);
        ledger.add(CAROL, BOB);
        ledger.add(CAROL, DAVE);
        ledger.forget("s1");
        assertEquals(Set.of(DAVE), ledger.end(CAROL));
        assertEquals(0, ledger.size());
    }

    @Test
    void anAudienceRemembersABoundedNumber() {
        assertTrue(ledger.add(ALICE, BOB));
        assertTrue(ledger.add(CAROL, BOB));
        assertFalse(ledger.add(new Sender(Jid.of("eve@trestle.test/e"), ""), BOB));
        assertTrue(ledger.add(ALICE, BOB));
        ledger.end(ALICE);
        assertTrue(ledger.add(new Sender(Jid.of("eve@trestle.test/e"), ""), BOB));
    }
}
