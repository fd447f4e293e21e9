package org.trestle.xmpp.stream;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each of some things has happened, for metrics. Any thread. */
public final class Tally<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    public Tally(Class<E> events) {
        counts = new EnumMap<>(events);
        for (E event : events.getEnumConstants()) {
            counts.put(event, new LongAdder());
        }
    }

    public void count(E event) {
        adder(event).increment();
    }

    /** How often since the start. */
    public long total(E event) {
        return adder(event).sum();
    }

    private LongAdder adder(E event) {
        LongAdder adder = counts.get(event);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + event);
        }
        return adder;
    }
}
