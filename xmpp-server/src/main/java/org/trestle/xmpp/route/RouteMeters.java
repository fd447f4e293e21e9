package org.trestle.xmpp.route;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.trestle.xmpp.stanza.StanzaError;

/** Counters of the router; all exist from the start, so that counting allocates nothing. */
final class RouteMeters {
    private final Map<RouteOutcome, Counter> outcomes = new EnumMap<>(RouteOutcome.class);
    private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);
    private final Map<StanzaError.Condition, Counter> bounces = new EnumMap<>(StanzaError.Condition.class);
    private final Counter untracked;
    private final Counter announced;

    RouteMeters(MeterRegistry registry) {
        for (RouteOutcome outcome : RouteOutcome.values()) {
            outcomes.put(outcome, registry.counter("xmpp.route", "outcome", tag(outcome)));
        }
        for (Drop drop : Drop.values()) {
            drops.put(drop, registry.counter("xmpp.route.dropped", "why", tag(drop)));
        }
        for (StanzaError.Condition condition : StanzaError.Condition.values()) {
            bounces.put(condition, registry.counter("xmpp.route.bounced", "condition", condition.elementName()));
        }
        untracked = registry.counter("xmpp.presence.untracked");
        announced = registry.counter("xmpp.presence.announced");
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    void count(RouteOutcome outcome) {
        counter(outcomes, outcome).increment();
    }

    void dropped(Drop why) {
        count(RouteOutcome.DROPPED);
        counter(drops, why).increment();
    }

    void bounced(StanzaError.Condition condition) {
        count(RouteOutcome.BOUNCED);
        counter(bounces, condition).increment();
    }

    /** A presence was delivered to a receiver that already has more than are remembered. */
    void untracked() {
        untracked.increment();
    }

    /** A receiver was told {@code unavailable} for a session that ended without saying so. */
    void announced() {
        announced.increment();
    }

    private static <K extends Enum<K>> Counter counter(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + key);
        }
        return counter;
    }
}
