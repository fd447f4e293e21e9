package org.trestle.turn.relay;

import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/**
 * How many unauthenticated UDP requests of one network are answered per second, so that forged ones do little harm to the
 * network they name. Loopback is exempt: nobody else can send from there.
 */
final class ChallengeLimit {
    private final @Nullable NetworkRate rate;

    /** @param perSecond 0 for no limit */
    ChallengeLimit(int perSecond, long nowNanos, SecureRandom random) {
        rate = perSecond <= 0
                ? null
                : new NetworkRate(perSecond, TimeUnit.SECONDS.toNanos(1), random.nextLong(), nowNanos);
    }

    /** Whether the request from {@code client} may be answered; counts it if so. */
    boolean allows(FiveTuple client, long nowNanos) {
        return rate == null
                || client.transport().isConnected()
                || isLoopback(client.client())
                || rate.allows(client.client(), nowNanos);
    }

    private static boolean isLoopback(TransportAddress from) {
        return from.isIpv4() ? (from.low() >>> 24 & 0xff) == 127 : from.high() == 0 && from.low() == 1;
    }
}
