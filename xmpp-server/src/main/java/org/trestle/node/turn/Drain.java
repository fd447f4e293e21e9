package org.trestle.node.turn;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.time.Timers;
import org.trestle.turn.relay.Alternates;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.stun.TransportAddress;

/**
 * Empties a relay: while it is on, new allocations are sent to another relay; it is over when none is left, or at its
 * deadline. Any thread.
 */
public final class Drain implements Alternates {
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Timers timers;
    private final ClusterRelays relays;
    private final Runnable over;
    private volatile @Nullable Round round;

    /** One emptying; another object is another one. */
    private record Round(IntSupplier left, long until, Instant deadline) {}

    /** @param over called once for each drain that was not ended before: it must not block */
    public Drain(Timers timers, ClusterRelays relays, Runnable over) {
        this.timers = timers;
        this.relays = relays;
        this.over = over;
    }

    /**
     * Begins; a drain that is under way is replaced.
     *
     * @param left allocations that remain
     */
    public void begin(IntSupplier left, Duration most) {
        Round fresh = new Round(
                left, timers.nanos() + most.toNanos(), timers.now().plus(most).truncatedTo(ChronoUnit.SECONDS));
        round = fresh;
        look(fresh);
    }

    @SuppressWarnings("ReferenceEquality") // a round that was replaced may look at its clock no more
    private void look(Round mine) {
        if (round != mine) {
            return;
        }
        if (mine.left().getAsInt() == 0 || timers.nanos() - mine.until() >= 0) {
            over.run();
        } else {
            timers.after(LOOK, () -> look(mine));
        }
    }

    /** New allocations are taken again. */
    public void end() {
        round = null;
    }

    public boolean draining() {
        return round != null;
    }

    /** When it is over at the latest; null while there is none. */
    public @Nullable Instant deadline() {
        Round now = round;
        return now == null ? null : now.deadline();
    }

    @Override
    public boolean isDraining() {
        return round != null;
    }

    @Override
    public @Nullable TransportAddress alternateFor(FiveTuple client) {
        return relays.alternateFor(client);
    }

    @Override
    public @Nullable String nameAt(TransportAddress alternate) {
        return relays.nameAt(alternate);
    }

    @Override
    public @Nullable TransportAddress withRoomFor(FiveTuple client) {
        return relays.withRoomFor(client);
    }
}
