package org.trestle.auth.attempts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
    private static final AttemptLimits LIMITS = new AttemptLimits(
            new Budget(20, Duration.ofSeconds(10)),
            new Budget(3, Duration.ofMinutes(1)),
            new Budget(9, Duration.ofMinutes(1)),
            1000);
    private static final String ALICE = "alice@trestle.test";

    private long now = Long.MAX_VALUE - 1_000_000; // a clock that runs over meanwhile
    private final Attempts attempts = new Attempts(LIMITS, () -> now);

    @Test
    void anAddressHasThreeFailuresForAnAccountAndGetsOneBackEachMinute() {
        for (int i = 0; i < 3; i++) {
            assertTrue(wrong("192.0.2.66", ALICE));
        }
        assertFalse(attempt("192.0.2.66").take(ALICE));
        assertEquals(1, attempts.refusedAccounts());
        pass(Duration.ofSeconds(59));
        assertFalse(attempt("192.0.2.66").take(ALICE));
        pass(Duration.ofSeconds(2));
        assertTrue(wrong("192.0.2.66", ALICE));
        assertFalse(attempt("192.0.2.66").take(ALICE));
        assertTrue(attempt("192.0.2.66").take("bob@trestle.test"), "another account");
        assertTrue(attempt("192.0.2.7").take(ALICE), "another address");
    }

    @Test
    void triesAtTheSameTimeGainNothing() {
        for (int i = 0; i < 3; i++) {
            assertTrue(attempt("192.0.2.66").take(ALICE));
        }
        assertFalse(attempt("192.0.2.66").take(ALICE));
    }

    @Test
    void rightPasswordsCostNothingAndForgiveMistakes() {
        for (int i = 0; i < 1000; i++) {
            assertTrue(right("192.0.2.7", ALICE));
        }
        assertTrue(wrong("192.0.2.7", ALICE));
        assertTrue(wrong("192.0.2.7", ALICE));
        assertTrue(right("192.0.2.7", ALICE));
        for (int i = 0; i < 3; i++) {
            assertTrue(wrong("192.0.2.7", ALICE));
        }
        assertFalse(attempt("192.0.2.7").take(ALICE));
    }

    @Test
    void whatWasNotLookedAtCostsNothing() {
        for (int i = 0; i < 1000; i++) {
            Attempts.Try attempt = attempt("192.0.2.7");
            assertTrue(attempt.take(ALICE));
            attempt.undone();
        }
    }

    @Test
    void anAddressThatTriesManyAccountsHasToWait() {
        for (int i = 0; i < 20; i++) {
            assertTrue(wrong("192.0.2.66", "user" + i + "@trestle.test"));
        }
        assertFalse(attempt("192.0.2.66").take("user20@trestle.test"));
        assertEquals(1, attempts.refusedAddresses());
        assertTrue(right("192.0.2.7", "user20@trestle.test"));
        pass(Duration.ofSeconds(11));
        assertTrue(wrong("192.0.2.66", "user20@trestle.test"));
        assertFalse(attempt("192.0.2.66").take("user21@trestle.test"));
        pass(Duration.ofDays(1));
        assertTrue(attempt("192.0.2.66").take("user21@trestle.test"));
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        for (int i = 0; i < 3; i++) {
            assertTrue(wrong("2001:db8:0:1::" + i, ALICE));
        }
        assertFalse(attempt("2001:db8:0:1:ffff::1").take(ALICE));
        assertTrue(attempt("2001:db8:0:2::1").take(ALICE));
    }

    @Test
    void manyAddressesThatGuessAtOneAccountHaveOneTryEachAndItsOwnerGetsIn() {
        for (int i = 0; i < 9; i++) {
            assertTrue(wrong("192.0.2." + i, ALICE));
        }
        for (int i = 100; i < 200; i++) {
            assertTrue(wrong("192.0.2." + i, ALICE));
            assertFalse(attempt("192.0.2." + i).take(ALICE));
        }
        assertTrue(right("198.51.100.7", ALICE));
        assertTrue(right("198.51.100.7", ALICE));
        pass(Duration.ofMinutes(10));
        assertTrue(wrong("192.0.2.66", ALICE), "the storm is over, however many there were");
        assertTrue(wrong("192.0.2.66", ALICE));
    }

    @Test
    void whatIsRememberedHasABound() {
        for (int i = 0; i < 5000; i++) {
            wrong("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256, "user" + i + "@trestle.test");
        }
        assertTrue(attempts.forgotten() >= 3 * 4000, "forgotten " + attempts.forgotten());
        assertTrue(wrong("10.0.19.135", "user4999@trestle.test"));
        assertTrue(wrong("10.0.19.135", "user4999@trestle.test"));
        assertFalse(attempt("10.0.19.135").take("user4999@trestle.test"), "the newest are not forgotten");
    }

    @Test
    void limitsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new Budget(0, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new Budget(1, Duration.ZERO));
    }

    private boolean wrong(String address, String jid) {
        Attempts.Try attempt = attempt(address);
        boolean taken = attempt.take(jid);
        if (taken) {
            attempt.wrong();
        }
        return taken;
    }

    private boolean right(String address, String jid) {
        Attempts.Try attempt = attempt(address);
        boolean taken = attempt.take(jid);
        if (taken) {
            attempt.right();
        }
        return taken;
    }

    private Attempts.Try attempt(String address) {
        try {
            return attempts.begin(InetAddress.getByName(address));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
