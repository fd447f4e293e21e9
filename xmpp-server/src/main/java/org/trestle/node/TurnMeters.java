package org.trestle.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.trestle.turn.net.NetCounters;
import org.trestle.turn.relay.Drop;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.relay.RelayCounters;
import org.trestle.turn.relay.RelayCounters.Count;
import org.trestle.turn.relay.Transport;

/** The relay's counters as meters; the counters of a relay that starts anew begin at zero. */
final class TurnMeters implements AutoCloseable {
    private final TurnService turn;
    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();

    TurnMeters(TurnService turn, MeterRegistry registry) {
        this.turn = turn;
        this.registry = registry;
        for (Transport transport : Transport.values()) {
            meters.add(Gauge.builder("turn.allocations", turn, service -> service.allocations(transport))
                    .description("Clients that have an allocation now, by their transport to the relay")
                    .tag("transport", word(transport))
                    .register(registry));
        }
        meters.add(Gauge.builder("turn.connections", turn, TurnService::connections)
                .register(registry));
        for (Count count : Count.values()) {
            if (count != Count.ALLOCATIONS_NOW) {
                count("turn." + word(count), "", "", counters -> counters.get(count));
            }
        }
        for (Refusal refusal : Refusal.values()) {
            count("turn.refused", "cause", word(refusal), counters -> counters.get(refusal));
        }
        for (Drop drop : Drop.values()) {
            count("turn.dropped", "reason", word(drop), counters -> counters.get(drop));
        }
        for (NetCounters.Count count : NetCounters.Count.values()) {
            if (count != NetCounters.Count.CONNECTIONS_NOW) {
                sockets(count);
            }
        }
    }

    private void count(String name, String tag, String value, ToLongFunction<RelayCounters> counter) {
        FunctionCounter.Builder<TurnService> meter = FunctionCounter.builder(
                name,
                turn,
                service -> service.counters().stream().mapToLong(counter).sum());
        meters.add((tag.isEmpty() ? meter : meter.tag(tag, value)).register(registry));
    }

    /** What happens at the relay's sockets before anything is a message: connections and datagrams refused or lost. */
    private void sockets(NetCounters.Count count) {
        meters.add(FunctionCounter.builder(
                        "turn.sockets",
                        turn,
                        service -> service.netCounters().stream()
                                .mapToLong(counters -> counters.get(count))
                                .sum())
                .tag("event", word(count))
                .register(registry));
    }

    private static String word(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
