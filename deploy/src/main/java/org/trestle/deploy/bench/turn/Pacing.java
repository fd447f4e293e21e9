package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** What a relay adds to the time that packets are on their way, when it is far from busy: open loop, one at a time. */
final class Pacing implements Workload<TurnContender> {
    private static final int ALLOCATIONS = 50;
    private static final int RATE = 20_000;
    private static final int SIZE = 160;
    private static final int WARM_SECONDS = 2;

    private final Relaying.Seconds seconds;

    Pacing(Relaying.Seconds seconds) {
        this.seconds = seconds;
    }

    @Override
    public String title() {
        return "delay that the relay adds at 20,000 packets/s, 160 bytes, 99 % of packets";
    }

    @Override
    public String unit() {
        return "µs";
    }

    @Override
    public int seconds() {
        return 11;
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(Trestle.NAME, 120));
    }

    @Override
    public Sample run(TurnContender server) throws IOException {
        try (Load load = new Load(false)) {
            load.open(ALLOCATIONS, Link.Kind.UDP, server.plain(), null, true);
            load.start(new Load.Shape(256, 1, SIZE, true, false));
            load.awaitDelivered(Relaying.WARM_PACKETS, seconds.warm());
            load.pace(RATE, SIZE, false);
            Relaying.pass(WARM_SECONDS);
            Delays without = load.delays(seconds.measured() / 2);
            load.pace(RATE, SIZE, true);
            Relaying.pass(WARM_SECONDS);
            long lost = load.lost();
            Cost before = Cost.of(server.processes());
            Delays with = load.delays(seconds.measured());
            Cost after = Cost.of(server.processes());
            lost = load.lost() - lost;
            if (with.count() == 0 || without.count() == 0) {
                throw new IOException("no packets came");
            }
            // The median of the network and not its own worst, so that a restless machine is held against the relay.
            double added = Math.max(0, with.micros(0.99) - without.micros(0.5));
            String note = String.format(
                    Locale.ROOT,
                    "all: half %d, 99 %% %d, 99.9 %% %d; network alone: half %d, 99 %% %d; CPU %.1f µs/packet",
                    with.micros(0.5),
                    with.micros(0.99),
                    with.micros(0.999),
                    without.micros(0.5),
                    without.micros(0.99),
                    (after.cpuMicros() - before.cpuMicros()) / (double) with.count());
            return new Sample(added, lost == 0 ? note : note + ", " + lost + " lost");
        }
    }
}
