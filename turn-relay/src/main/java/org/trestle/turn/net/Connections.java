package org.trestle.turn.net;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.turn.relay.AddressCounts;
import org.trestle.turn.stun.TransportAddress;

/** How many connections there are, together and from each address. Shared by all loops: thread-safe, never waits. */
final class Connections {
    /** One line about connections that were refused in this time. */
    static final long SAID_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final NetLimits limits;
    private final LongSupplier nanos;
    private final AtomicInteger total = new AtomicInteger();
    private final AddressCounts perAddress;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong mayBeSaidAt;

    /** @param nanos a clock like {@link System#nanoTime} */
    Connections(NetLimits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
        this.perAddress = new AddressCounts(limits.maxConnectionsPerAddress());
        this.mayBeSaidAt = new AtomicLong(nanos.getAsLong());
    }

    /** Counts a connection; gives what to count it as when it is one too many, and then it is not counted here. */
    NetCounters.@Nullable Count take(TransportAddress client) {
        NetCounters.Count tooMany = null;
        if (total.incrementAndGet() > limits.maxConnections()) {
            tooMany = NetCounters.Count.REFUSED_TOTAL;
        } else if (!perAddress.take(client)) {
            tooMany = NetCounters.Count.REFUSED_PER_ADDRESS;
        }
        if (tooMany != null) {
            total.decrementAndGet();
            say(tooMany, client);
        }
        return tooMany;
    }

    void giveBack(TransportAddress client) {
        perAddress.giveBack(client);
        total.decrementAndGet();
    }

    /** A connection is somebody else's than it seemed; false when that one has too many, and nothing has changed. */
    boolean move(TransportAddress from, TransportAddress to) {
        if (!perAddress.take(to)) {
            say(NetCounters.Count.REFUSED_PER_ADDRESS, to);
            return false;
        }
        perAddress.giveBack(from);
        return true;
    }

    int total() {
        return total.get();
    }

    private void say(NetCounters.Count tooMany, TransportAddress client) {
        String line = line(tooMany, client);
        if (line != null) {
            LOG.warn("{}", line);
        }
    }

    /** What the operator should read about a connection that was refused; null when enough was said. */
    @Nullable
    String line(NetCounters.Count tooMany, TransportAddress client) {
        long now = nanos.getAsLong();
        long from = mayBeSaidAt.get();
        refused.incrementAndGet();
        if (now - from < 0 || !mayBeSaidAt.compareAndSet(from, now + SAID_AGAIN_NANOS)) {
            return null;
        }
        long more = refused.getAndSet(0) - 1;
        String why = tooMany == NetCounters.Count.REFUSED_TOTAL
                ? "there are " + limits.maxConnections()
                        + " connections already (trestle.turn.limits.connections raises this)"
                : "this address has " + limits.maxConnectionsPerAddress()
                        + " connections already (trestle.turn.limits.connections-per-address raises this; behind a load"
                        + " balancer, trestle.turn.proxies lets it tell the client's address)";
        return "connection refused client=" + client.ip().getHostAddress() + ": " + why
                + (more > 0 ? " (" + more + " more were refused since the last line)" : "");
    }
}
