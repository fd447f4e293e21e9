package org.trestle.turn.net;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/** How many connections there are, together and from each address. Shared by all loops: thread-safe, never waits. */
final class Connections {

    private final NetLimits limits;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentHashMap<TransportAddress, Integer> perAddress = new ConcurrentHashMap<>();

    Connections(NetLimits limits) {
        this.limits = limits;
    }

    /** Counts a connection; gives what to count it as when it is one too many, and then it is not counted here. */
    NetCounters.@Nullable Count take(TransportAddress client) {
        if (total.incrementAndGet() > limits.maxConnections()) {
            total.decrementAndGet();
            return NetCounters.Count.REFUSED_TOTAL;
        }
        if (!takeAddress(client)) {
            total.decrementAndGet();
            return NetCounters.Count.REFUSED_PER_ADDRESS;
        }
        return null;
    }

    void giveBack(TransportAddress client) {
        perAddress.computeIfPresent(client.withPort(0), (address, count) -> count == 1 ? null : count - 1);
        total.decrementAndGet();
    }

    /** A connection is somebody else's than it seemed; false when that one has too many, and nothing has changed. */
    boolean move(TransportAddress from, TransportAddress to) {
        if (!takeAddress(to)) {
            return false;
        }
        perAddress.computeIfPresent(from.withPort(0), (address, count) -> count == 1 ? null : count - 1);
        return true;
    }

    int total() {
        return total.get();
    }

    private boolean takeAddress(TransportAddress client) {
        int most = limits.maxConnectionsPerAddress();
        boolean[] taken = new boolean[1];
        perAddress.compute(client.withPort(0), (address, count) -> {
            int now = count == null ? 0 : count;
            taken[0] = now < most;
            return taken[0] ? Integer.valueOf(now + 1) : count;
        });
        return taken[0];
    }
}
