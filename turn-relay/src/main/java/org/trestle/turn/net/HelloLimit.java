package org.trestle.turn.net;

import org.trestle.turn.relay.NetworkRate;
import org.trestle.turn.stun.TransportAddress;

/**
 * How many first messages of DTLS one loop looks at in a second: each costs as much as a dozen packets, and nobody has
 * proved anything by it. A network has a quarter of them, so that one alone does not keep the others out. Belongs to one
 * loop.
 */
final class HelloLimit {
    private static final int SHARES = 4;
    private static final long SECOND = 1_000_000_000L;

    /** What may come at once, so that it never holds up media for longer. */
    private static final long BURST = SECOND / 10;

    private final long nanosPerHello;
    private final NetworkRate networks;
    private long allPaidUntil;

    /** @param secret so that nobody can choose networks that count as one */
    HelloLimit(int perSecond, long secret, long now) {
        nanosPerHello = SECOND / perSecond;
        networks = new NetworkRate(Math.max(1, perSecond / SHARES), BURST, secret, now);
        allPaidUntil = now;
    }

    /** Whether a message from {@code client} may be looked at; counts it if so. */
    boolean allows(TransportAddress client, long now) {
        long ahead = Math.max(allPaidUntil - now, 0);
        if (ahead > BURST || !networks.allows(client, now)) {
            return false;
        }
        allPaidUntil = now + ahead + nanosPerHello;
        return true;
    }
}
