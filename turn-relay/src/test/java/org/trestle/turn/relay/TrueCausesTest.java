package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.turn.credentials.BookCredentials;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.credentials.Issued;
import org.trestle.turn.credentials.Revocation;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.credentials.StaticUser;

/** What the log says of each refusal when real credentials are asked: what the request proves, and nothing else. */
final class TrueCausesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final SimRelay sim = new SimRelay();
    private final Instant start = Instant.ofEpochMilli(sim.clock.epochMillis());
    private final SharedKey five = new SharedKey(5, "the fifth of the keys", start, null);
    private final SharedKey six = new SharedKey(6, "the sixth of the keys", start, null);
    private final SharedKey seven = new SharedKey(7, "the seventh of the keys", start, null);
    private CredentialBook book = book(Map.of(), five.retired(start), six.retired(start), seven);

    @BeforeEach
    void ask() {
        sim.credentials.others = new BookCredentials(() -> book, FakeCredentials.REALM, sim.clock::epochMillis);
    }

    private static CredentialBook book(Map<String, Revocation> revoked, SharedKey... keys) {
        return new CredentialBook(Map.of("bench", new StaticUser("bench", "secret")), List.of(keys), revoked);
    }

    private Issued madeWith(SharedKey key) {
        Issued issued = new CredentialBook(Map.of(), List.of(key), Map.of()).issue("erin", HOUR, start);
        assertNotNull(issued);
        return issued;
    }

    private void refused(String name, String password, String line) {
        assertEquals(
                401, sim.client().challenged().as(name, password).allocate().error());
        assertTrue(sim.lastRefusal().startsWith(line), sim.lastRefusal());
    }

    private void refused(Issued issued, String cause) {
        int space = cause.indexOf(' ');
        refused(
                issued.username(),
                issued.password(),
                cause.substring(0, space) + " " + issued.username() + ":" + cause.substring(space));
    }

    @Test
    void aRetiredKeyIsTheCauseOfWhatWasMadeWithItOnly() {
        refused(madeWith(six), "RETIRED_KEY made with the key of epoch 6 of 7");
        refused(madeWith(five), "RETIRED_KEY made with the key of epoch 5 of 7");
        Issued good = madeWith(seven);
        assertTrue(sim.client()
                .challenged()
                .as(good.username(), good.password())
                .allocate()
                .isSuccess());
        sim.tickAfter(3600 + 94);
        refused(madeWith(six), "RETIRED_KEY made with the key of epoch 6 of 7");
        refused(good, "CLOCK_OFF expired 94 s ago");
        sim.tickAfter(3 * 3600);
        refused(good, "EXPIRED expired 3 h ago");
    }

    @Test
    void aRevokedUserIsCalledThat() {
        Issued good = madeWith(seven);
        book = book(Map.of("erin", new Revocation(2, 7)), six.retired(start), seven);
        refused(good, "REVOKED its user was revoked");
    }

    /** At the next refresh at the latest: the allocation is gone when the client is told so, or when its lifetime is over. */
    @Test
    void whatIsTakenBackEndsTheCallAtItsNextRefresh() {
        Map<String, Revocation> revoked = Map.of("erin", new Revocation(2, 7));
        for (CredentialBook after : List.of(
                book(revoked, seven),
                book(Map.of(), seven.retired(start)),
                new CredentialBook(Map.of(), List.of(seven), Map.of(), false))) {
            book = book(Map.of(), seven);
            Issued good = madeWith(seven);
            Client client = sim.client().challenged().as(good.username(), good.password());
            Client other = sim.client().challenged().as("bench", "secret");
            assertTrue(client.allocate().isSuccess());
            assertTrue(other.allocate().isSuccess());
            book = after;
            assertEquals(2, sim.quotas.total());
            assertEquals(401, client.refresh(600).error());
            assertEquals(1, sim.quotas.total());
            assertEquals(401, client.as("bench", "guess").refresh(600).error());
            other.as(good.username(), good.password());
            assertEquals(401, other.refresh(600).error());
            assertEquals(1, sim.quotas.total(), "the allocation of somebody else is not touched");
            book = book(Map.of(), seven);
            assertTrue(other.as("bench", "secret").refresh(0).isSuccess());
        }
    }

    /** A call whose credentials have expired was promised its lifetime. */
    @Test
    void whatHasExpiredEndsWithItsLifetime() {
        Issued good = madeWith(seven);
        Client client = sim.client().challenged().as(good.username(), good.password());
        sim.tickAfter(3600 - 1);
        assertTrue(client.challenged().allocate().isSuccess());
        sim.tickAfter(90);
        assertEquals(401, client.refresh(600).error());
        assertEquals(1, sim.quotas.total());
        sim.tickAfter(600);
        assertEquals(0, sim.quotas.total());
    }

    @Test
    void goodCredentialsThatAreSwitchedOffAreCalledThat() {
        Issued good = madeWith(seven);
        book = new CredentialBook(book.users(), book.keys(), Map.of(), false);
        refused(good, "SWITCHED_OFF it would be good, but time-limited credentials are switched off");
        refused(madeWith(six), "RETIRED_KEY made with the key of epoch 6 of 7");
        assertNull(book.issue("erin", HOUR, start));
        assertTrue(sim.client().challenged().as("bench", "secret").allocate().isSuccess());
    }

    @Test
    void aKeyThatNobodyKnowsIsAWrongPasswordOfAKnownKind() {
        Issued foreign = madeWith(new SharedKey(8, "a key of somebody else", start, null));
        String none =
                "WRONG_PASSWORD the name is time-limited, the password follows from none of the keys that are known"
                        + " (epochs 7, 6 retired, 5 retired)";
        refused(foreign, none);
        book = book(Map.of("erin", new Revocation(2, 7)), five.retired(start), six.retired(start), seven);
        refused(foreign, none);
        sim.tickAfter(2 * 3600);
        refused(foreign, none + "; it has expired besides");
        book = book(Map.of(), five.retired(start));
        refused(foreign, "WRONG_PASSWORD the name is time-limited");
    }

    @Test
    void staticUsers() {
        refused("bench", "guess", "WRONG_PASSWORD bench: the user is known, the password is wrong");
        refused("bank", "guess", "UNKNOWN_USER bank: there is no such user, nor is the name of the form expiry:name");
    }
}
