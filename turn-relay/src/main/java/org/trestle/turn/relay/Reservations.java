package org.trestle.turn.relay;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.TransportAddress;

/**
 * Ports that wait for their second Allocate (RFC 8656 section 7.2, EVEN-PORT with R). A token's first byte is the loop
 * that has the socket; the other 56 bits are random.
 */
final class Reservations {
    /** RFC 8656 section 7.2: at least 30 s. */
    static final long LIFETIME_NANOS = 30_000_000_000L;

    private final int index;
    private final SecureRandom random;
    private final Endpoints endpoints;
    private final Quotas quotas;
    private final Map<Long, Reserved> byToken = new HashMap<>();

    /**
     * @param madeBy the account that may use it
     * @param madeFrom the address that the quotas count
     */
    private record Reserved(
            RelaySocket socket, AddressFamily family, String madeBy, TransportAddress madeFrom, long expiresAt) {}

    /** A socket that was reserved. */
    record Taken(RelaySocket socket, AddressFamily family) {}

    Reservations(int index, SecureRandom random, Endpoints endpoints, Quotas quotas) {
        this.quotas = quotas;
        this.index = index;
        this.random = random;
        this.endpoints = endpoints;
    }

    /** Keeps {@code socket}, for which the caller has taken one of the quota of {@code account} and {@code client}. */
    long keep(RelaySocket socket, AddressFamily family, String account, TransportAddress client, long now) {
        long token = (long) index << 56 | random.nextLong() >>> 8;
        byToken.put(token, new Reserved(socket, family, account, client, now + LIFETIME_NANOS));
        return token;
    }

    /** The loop that gave out {@code token}. */
    static int loopOf(long token) {
        return (int) (token >>> 56);
    }

    /** What {@code token} stands for, if it is alive and was given to the same account; it is then used up. */
    @Nullable
    Taken take(long token, String account, long now) {
        Reserved found = byToken.get(token);
        if (found == null || found.expiresAt() - now <= 0 || !found.madeBy().equals(account)) {
            return null;
        }
        byToken.remove(token);
        quotas.giveBack(account, found.madeFrom());
        return new Taken(found.socket(), found.family());
    }

    int size() {
        return byToken.size();
    }

    void tick(long now) {
        for (Iterator<Reserved> all = byToken.values().iterator(); all.hasNext(); ) {
            Reserved reserved = all.next();
            if (reserved.expiresAt() - now <= 0) {
                all.remove();
                end(reserved);
            }
        }
    }

    void close() {
        byToken.values().forEach(this::end);
        byToken.clear();
    }

    private void end(Reserved reserved) {
        endpoints.close(reserved.socket());
        quotas.giveBack(reserved.madeBy(), reserved.madeFrom());
    }
}
