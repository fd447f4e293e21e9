package org.trestle.xmpp.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.accounts.Guests;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.time.Timers;

/**
 * Ends the accounts of guests on time. The leader removes them at once; the others, a moment later, what a leader that was
 * lost or does not run XMPP has left. Their sessions end because their accounts are gone, on every node. A guest whose time
 * passed while no node ran goes when the first one serves again, and cannot log in before.
 */
final class GuestExpiry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestExpiry.class);

    /** How long the others wait for the leader. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    /** How often the leader looks for rows of accounts that were written while these went. */
    static final Duration SWEEP = Duration.ofMinutes(10);

    private final Cluster cluster;
    private final Guests guests;
    private final Timers timers;
    private final Counter removed;
    private final MeterRegistry registry;
    private final Gauge gauge;
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private volatile long swept;

    GuestExpiry(Cluster cluster, Timers timers, MeterRegistry registry) {
        this.cluster = cluster;
        this.guests = new Guests(cluster.tables());
        this.timers = timers;
        this.registry = registry;
        this.swept = timers.nanos();
        this.removed = registry.counter("xmpp.guests.removed");
        this.gauge = Gauge.builder("xmpp.guests", guests, Guests::size).register(registry);
    }

    /** Called about once a second; looks at the next guest only. */
    void tick() {
        ended();
        if (timers.nanos() - swept >= SWEEP.toNanos()) {
            swept = timers.nanos();
            sweep();
        }
    }

    /** Away from the event loops, for it looks at every row. */
    private void sweep() {
        if (cluster.serving() && cluster.status().role() == Role.LEADER && sweeping.compareAndSet(false, true)) {
            CompletableFuture.supplyAsync(guests::sweep)
                    .thenCompose(rows -> rows)
                    .whenComplete((rows, failed) -> {
                        sweeping.set(false);
                        if (failed == null && rows > 0) {
                            LOG.debug("{} rows of accounts that are gone were removed", rows);
                        }
                    });
        }
    }

    private void ended() {
        Instant next = guests.next();
        Instant now = timers.now();
        if (next == null || now.isBefore(next) || !cluster.serving()) {
            return;
        }
        if (!now.isBefore(next.plus(PATIENCE)) || cluster.status().role() == Role.LEADER) {
            guests.removeEnded(now).whenComplete((count, failed) -> {
                // What fails now is tried again at the next tick.
                if (failed == null) {
                    removed.increment(count);
                }
            });
        }
    }

    @Override
    public void close() {
        guests.close();
        registry.remove(gauge);
    }
}
