package org.trestle.turn.relay;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.trestle.turn.stun.TransportAddress;

/**
 * How many of something each client address has. Of an IPv6 address the first 64 bits count, as one subscriber has all
 * that begin with them; ports do not count. An address is held only while it has one. Any thread, never waits.
 */
public final class AddressCounts {
    private final int most;
    private final ConcurrentMap<TransportAddress, Integer> counts = new ConcurrentHashMap<>();

    /** @param most that one address may have, at least 1 */
    public AddressCounts(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("each address must be allowed at least 1, not " + most);
        }
        this.most = most;
    }

    /** Counts one more of {@code client}; false if it has as many as it may, and then nothing has changed. */
    public boolean take(TransportAddress client) {
        boolean[] taken = new boolean[1];
        counts.compute(counted(client), (address, count) -> {
            int now = count == null ? 0 : count;
            taken[0] = now < most;
            return taken[0] ? Integer.valueOf(now + 1) : count;
        });
        return taken[0];
    }

    /** Gives back what {@link #take} counted. */
    public void giveBack(TransportAddress client) {
        counts.computeIfPresent(counted(client), (address, count) -> count == 1 ? null : count - 1);
    }

    /** What {@code client} has now. */
    public int of(TransportAddress client) {
        return counts.getOrDefault(counted(client), 0);
    }

    /** How many addresses have one. */
    public int addresses() {
        return counts.size();
    }

    public int most() {
        return most;
    }

    private static TransportAddress counted(TransportAddress client) {
        return new TransportAddress(client.high(), client.isIpv4() ? client.low() : 0, 0);
    }
}
