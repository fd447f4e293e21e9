package org.trestle.xmpp.feature.roster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counters of rosters: what was changed, what was sent, and which limit bit. */
final class RosterMeters {

    /** What was too much. */
    enum Limit {
        ITEMS,
        REQUESTS,
        GROUPS,
        NAME,
        BYTES,
        REQUEST
    }

    private final Map<Limit, Counter> refused = new EnumMap<>(Limit.class);
    private final Counter changes;
    private final Counter conflicts;
    private final Counter failures;
    private final Counter pushes;
    private final Counter unreadable;

    RosterMeters(MeterRegistry registry) {
        for (Limit limit : Limit.values()) {
            refused.put(
                    limit,
                    registry.counter(
                            "xmpp.roster.refused", "limit", limit.name().toLowerCase(Locale.ROOT)));
        }
        changes = registry.counter("xmpp.roster.changes");
        conflicts = registry.counter("xmpp.roster.conflicts");
        failures = registry.counter("xmpp.roster.failures");
        pushes = registry.counter("xmpp.roster.pushes");
        unreadable = registry.counter("xmpp.roster.unreadable");
    }

    void refused(Limit limit) {
        Counter counter = refused.get(limit);
        if (counter != null) {
            counter.increment();
        }
    }

    /** A command went to the leader. */
    void change() {
        changes.increment();
    }

    /** Somebody else had changed one of the rosters meanwhile: it was tried again. */
    void conflict() {
        conflicts.increment();
    }

    /** The cluster did not answer, or somebody else was always faster. */
    void failure() {
        failures.increment();
    }

    void push() {
        pushes.increment();
    }

    /** A row holds what this version cannot read: it is left as it is. */
    void unreadable() {
        unreadable.increment();
    }
}
