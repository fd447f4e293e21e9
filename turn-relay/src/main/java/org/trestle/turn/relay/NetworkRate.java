package org.trestle.turn.relay;

import java.util.Arrays;
import org.trestle.turn.stun.TransportAddress;

/**
 * How often something may happen for each network (/24, or /48 for IPv6), where addresses are not proved and so nothing may
 * be kept for them: the table has a fixed size, and networks that share a row share its rate. Belongs to one loop.
 */
public final class NetworkRate {
    private static final int ROW_BITS = 12;
    private static final long SECOND = 1_000_000_000L;

    private final long nanosEach;
    private final long burstNanos;
    private final long secret;
    private final long[] paidUntil = new long[1 << ROW_BITS];

    /**
     * @param perSecond what each network may, at least 1
     * @param burstNanos how much of it may come at once, as the time that it takes at this rate
     * @param secret so that nobody can choose networks that share a row with another
     */
    public NetworkRate(int perSecond, long burstNanos, long secret, long nowNanos) {
        nanosEach = SECOND / perSecond;
        this.burstNanos = burstNanos;
        this.secret = secret | 1;
        Arrays.fill(paidUntil, nowNanos);
    }

    /** Whether {@code client} may once more; counts it if so. */
    public boolean allows(TransportAddress client, long nowNanos) {
        int row = row(client.isIpv4() ? client.low() >>> 8 : client.high() >>> 16);
        long ahead = Math.max(paidUntil[row] - nowNanos, 0);
        if (ahead > burstNanos) {
            return false;
        }
        paidUntil[row] = nowNanos + ahead + nanosEach;
        return true;
    }

    private int row(long network) {
        long mixed = (network ^ secret) * 0x9e3779b97f4a7c15L;
        return (int) (((mixed ^ (mixed >>> 32)) * secret) >>> (Long.SIZE - ROW_BITS));
    }
}
