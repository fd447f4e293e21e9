package org.trestle.turn.relay;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counters of one relay: written by its loop alone, read by anyone. */
@SuppressWarnings("EnumOrdinal") // the numbers never leave this object; an EnumMap would cost the hot path its arrays
public final class RelayCounters {
    private static final int EVENTS = Count.values().length;
    private static final int REFUSALS = EVENTS;
    private static final int DROPS = REFUSALS + Refusal.values().length;
    private static final int TRANSPORTS = DROPS + Drop.values().length;

    private final AtomicLongArray values = new AtomicLongArray(TRANSPORTS + Transport.values().length);

    /** What is counted, beside refusals and drops. */
    public enum Count {
        ALLOCATIONS_NOW,
        ALLOCATIONS_OPENED,
        PACKETS_TO_PEER,
        BYTES_TO_PEER,
        PACKETS_TO_CLIENT,
        BYTES_TO_CLIENT,
        REQUESTS,
        BINDINGS
    }

    public long get(Count count) {
        return values.getOpaque(count.ordinal());
    }

    public long get(Refusal refusal) {
        return values.getOpaque(REFUSALS + refusal.ordinal());
    }

    public long get(Drop drop) {
        return values.getOpaque(DROPS + drop.ordinal());
    }

    /** Allocations now whose clients come over this transport. */
    public long get(Transport transport) {
        return values.getOpaque(TRANSPORTS + transport.ordinal());
    }

    /** One allocation more, or less, whose client comes over this transport. */
    void add(Transport transport, long amount) {
        add(TRANSPORTS + transport.ordinal(), amount);
    }

    void add(Count count, long amount) {
        add(count.ordinal(), amount);
    }

    void add(Refusal refusal) {
        add(REFUSALS + refusal.ordinal(), 1);
    }

    void add(Drop drop) {
        add(DROPS + drop.ordinal(), 1);
    }

    private void add(int index, long amount) {
        values.setOpaque(index, values.getPlain(index) + amount);
    }
}
