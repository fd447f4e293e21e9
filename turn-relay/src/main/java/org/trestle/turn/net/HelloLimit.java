package org.trestle.turn.net;

import org.trestle.turn.stun.TransportAddress;

/**
 * How many first messages of DTLS one loop looks at in a second: each costs as much as a dozen packets, and nobody has
 * proved anything by it. A network (/24, or /48 for IPv6) has a quarter of them, so that one alone does not keep the others
 * out. The table has a fixed size; networks that share a row share its quarter. Belongs to one loop.
 */
final class HelloLimit {
    private static final int ROWS = 1_024;
    private static final int SHARES = 4;
    private static final long SECOND = 1_000_000_000L;

    /** What may come at once, so that it never holds up media for longer. */
    private static final long BURST = SECOND / 10;

    private final long nanosPerHello;
    private final long secret;
    private final long[] paidUntil = new long[ROWS];
    private long allPaidUntil;

    /** @param secret so that nobody can choose networks that share a row with another */
    HelloLimit(int perSecond, long secret, long now) {
        nanosPerHello = SECOND / perSecond;
        this.secret = secret | 1;
        allPaidUntil = now;
        java.util.Arrays.fill(paidUntil, now);
    }

    /** Whether a message from {@code client} may be looked at; counts it if so. */
    boolean allows(TransportAddress client, long now) {
        long network = client.isIpv4() ? client.low() >>> 8 : client.high() >>> 16;
        long mixed = (network ^ secret) * 0x9e3779b97f4a7c15L;
        int row = (int) (((mixed ^ (mixed >>> 32)) * secret) >>> 54);
        long ofNetwork = Math.max(paidUntil[row] - now, 0);
        long ofAll = Math.max(allPaidUntil - now, 0);
        if (ofNetwork > BURST || ofAll > BURST) {
            return false;
        }
        paidUntil[row] = now + ofNetwork + SHARES * nanosPerHello;
        allPaidUntil = now + ofAll + nanosPerHello;
        return true;
    }
}
