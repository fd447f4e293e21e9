package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Workload;

/**
 * How long the server stands still at most while it relays. Packets alone give the collector nothing to do, so clients
 * come and go at the same time, and it is told to look at everything whenever some have gone.
 */
final class Pausing implements Workload<TurnContender> {
    private static final int ALLOCATIONS = 50;
    private static final int RATE = 50_000;
    private static final int SIZE = 160;
    private static final int COME_AND_GO = 2_000;

    private final Relaying.Seconds seconds;

    Pausing(Relaying.Seconds seconds) {
        this.seconds = seconds;
    }

    @Override
    public String title() {
        return "longest pause for the collector at 50,000 packets/s, while clients come and go";
    }

    @Override
    public String unit() {
        return "ms";
    }

    /** A server without a collector has no pauses. */
    @Override
    public boolean suits(TurnContender server) {
        return server.pauses().isPresent();
    }

    @Override
    public int seconds() {
        return (int) (seconds.warm() + seconds.measured()) + 2;
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(Trestle.NAME, 1));
    }

    @Override
    public Sample run(TurnContender server) throws IOException {
        try (Load load = new Load(false)) {
            load.open(ALLOCATIONS, Link.Kind.UDP, server.plain(), null, true);
            load.pace(RATE, SIZE, true);
            Relaying.pass(seconds.warm());
            int before = pauses(server).size();
            long packets = load.delivered();
            long clients = 0;
            long until = System.nanoTime() + (long) (seconds.measured() * 1e9);
            while (System.nanoTime() < until) {
                try (Load passing = new Load(load)) {
                    passing.open(COME_AND_GO, Link.Kind.UDP, server.plain(), null, true);
                }
                clients += COME_AND_GO;
                server.collect();
            }
            packets = load.delivered() - packets;
            List<Pauses.Pause> all = pauses(server);
            List<Pauses.Pause> during = all.subList(before, all.size());
            double collector = during.stream()
                    .filter(Pauses.Pause::ofTheCollector)
                    .mapToDouble(Pauses.Pause::millis)
                    .max()
                    .orElse(0);
            double other = during.stream()
                    .filter(pause -> !pause.ofTheCollector())
                    .mapToDouble(Pauses.Pause::millis)
                    .max()
                    .orElse(0);
            String note = String.format(
                    Locale.ROOT,
                    "%d pauses of the collector, of others the longest %.2f ms; %.1f million packets, %d clients",
                    during.stream().filter(Pauses.Pause::ofTheCollector).count(),
                    other,
                    packets / 1e6,
                    clients);
            return new Sample(collector, note);
        }
    }

    private static List<Pauses.Pause> pauses(TurnContender server) throws IOException {
        Optional<Pauses> log = server.pauses();
        return log.isPresent() ? log.get().soFar() : List.of();
    }
}
