package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.TransportAddress;

/** What those who have shown nothing may cost over DTLS. */
final class DtlsStrangersTest {
    private static final long SECOND = 1_000_000_000L;

    /**
     * Who has collected the cookies of all contexts must send all of them to make the relay answer one forged address: at
     * 142 bytes, the shortest hello with a cookie, that is more than five times 28 kB, a long chain sent seven times.
     */
    @Test
    void aCookieOfOneAddressIsNoWeaponAgainstAnother() throws Exception {
        TurnTls tls = TurnTls.of(new TestKeys("relay.test").keys());
        Set<SSLContext> contexts = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int port = 1; port <= 8_192; port++) {
            SSLContext context = tls.dtls(client(0x0b00_0001, port));
            contexts.add(context);
            assertSame(context, tls.dtls(client(0x0b00_0001, port)), "the same when the cookie comes back");
        }
        assertTrue(contexts.size() > 900 && contexts.size() <= TurnTls.DTLS_CONTEXTS, contexts.size() + " contexts");
        for (SSLContext context : contexts) {
            assertEquals(1, context.getServerSessionContext().getSessionCacheSize(), "sessions that are kept");
        }
    }

    @Test
    void firstMessagesAreLookedAtAtABoundedRate() {
        HelloLimit limit = new HelloLimit(1_000, 4711, 5 * SECOND);
        int looked = 0;
        for (int i = 0; i < 10_000; i++) {
            looked += limit.allows(client(0x0b00_0000 + (i << 8), 1), 5 * SECOND) ? 1 : 0;
        }
        assertEquals(101, looked, "of all networks, at once");
        looked = 0;
        for (int i = 0; i < 10_000; i++) {
            looked += limit.allows(client(0x0b00_0000 + (i << 8), 1), 5 * SECOND + i * (SECOND / 10_000)) ? 1 : 0;
        }
        assertTrue(looked >= 995 && looked <= 1_001, looked + " in a second");
    }

    @Test
    void oneNetworkLeavesRoomForOthers() {
        HelloLimit limit = new HelloLimit(1_000, 4711, 0);
        int looked = 0;
        for (int i = 0; i < 10_000; i++) {
            looked += limit.allows(client(0x0b00_0000 + i % 256, i), i * (SECOND / 10_000)) ? 1 : 0;
        }
        assertTrue(looked >= 250 && looked <= 277, looked + " of one network in a second");
        assertTrue(limit.allows(client(0x0b00_0107, 1), SECOND), "another network");
    }

    private static TransportAddress client(int ipv4, int port) {
        return new TransportAddress(0, TransportAddress.ipv4(ipv4), port);
    }
}
