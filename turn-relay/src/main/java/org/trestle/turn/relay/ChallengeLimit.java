package org.trestle.turn.relay;

import java.security.SecureRandom;
import org.trestle.turn.stun.TransportAddress;

/**
 * How many unauthenticated UDP requests of one network (/24, or /48 for IPv6) are answered per second, so that forged
 * ones do little harm to the network they name. The table has a fixed size; networks that share a row share its rate.
 * Loopback is exempt: nobody else can send from there.
 */
final class ChallengeLimit {
    private static final int ROWS = 4096;
    private static final long SECOND = 1_000_000_000L;

    private final long nanosPerAnswer;
    private final long seed;
    private final long[] paidUntil = new long[ROWS];

    ChallengeLimit(int perSecond, long nowNanos, SecureRandom random) {
        nanosPerAnswer = perSecond <= 0 ? 0 : SECOND / perSecond;
        seed = random.nextLong() | 1;
        java.util.Arrays.fill(paidUntil, nowNanos);
    }

    /** Whether the request from {@code client} may be answered; counts it if so. */
    boolean allows(FiveTuple client, long nowNanos) {
        TransportAddress from = client.client();
        if (nanosPerAnswer == 0 || client.transport().isConnected() || isLoopback(from)) {
            return true;
        }
        long network = from.isIpv4() ? from.low() >>> 8 : from.high() >>> 16;
        int row = (int) ((network * seed) >>> 52);
        long base = paidUntil[row] - nowNanos < 0 ? nowNanos : paidUntil[row];
        if (base - nowNanos > SECOND) {
            return false;
        }
        paidUntil[row] = base + nanosPerAnswer;
        return true;
    }

    private static boolean isLoopback(TransportAddress from) {
        return from.isIpv4() ? (from.low() >>> 24 & 0xff) == 127 : from.high() == 0 && from.low() == 1;
    }
}
