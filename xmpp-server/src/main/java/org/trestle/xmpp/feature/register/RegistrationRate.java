package org.trestle.xmpp.feature.register;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.trestle.cluster.time.Timers;

/** How many accounts are made from one address: of IPv6, from one network of 64 bits, which is one customer's. Any thread. */
final class RegistrationRate {
    /** Accounts from one address in {@link #PERIOD}. */
    static final int MOST = 5;

    static final Duration PERIOD = Duration.ofHours(1);

    /** Addresses that are remembered; when there are more, nobody is let in until the oldest are forgotten. */
    static final int ADDRESSES = 10_000;

    private static final int NETWORK_BYTES = 8;

    private record Count(long since, int made) {}

    private final Timers timers;
    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    RegistrationRate(Timers timers) {
        this.timers = timers;
    }

    /** Counts one more account from there; false when it is one too many. */
    boolean allows(InetAddress peer) {
        long now = timers.nanos();
        String key = key(peer);
        if (counts.size() >= ADDRESSES && !counts.containsKey(key)) {
            counts.values().removeIf(count -> over(count, now));
            if (counts.size() >= ADDRESSES) {
                return false;
            }
        }
        Count count = counts.merge(
                key,
                new Count(now, 1),
                (before, first) ->
                        over(before, now) ? first : new Count(before.since, Math.min(before.made, MOST) + 1));
        return count.made <= MOST;
    }

    private static boolean over(Count count, long now) {
        return now - count.since >= PERIOD.toNanos();
    }

    private static String key(InetAddress peer) {
        byte[] address = peer.getAddress();
        return HexFormat.of().formatHex(peer instanceof Inet6Address ? Arrays.copyOf(address, NETWORK_BYTES) : address);
    }
}
