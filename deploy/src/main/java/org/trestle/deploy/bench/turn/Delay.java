package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.util.Locale;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** How long a packet takes, from client to peer, when 20,000 a second go through 50 allocations. */
final class Delay implements Workload<TurnContender> {
    private static final int RATE = 20_000;

    private final Relaying.Seconds seconds;

    Delay(Relaying.Seconds seconds) {
        this.seconds = seconds;
    }

    @Override
    public String title() {
        return "latency at 20,000 packets/s, 160 bytes";
    }

    @Override
    public String unit() {
        return "µs, 99 %";
    }

    @Override
    public Sample run(TurnContender server) throws IOException {
        try (Load load = new Load(false)) {
            load.open(50, Link.Kind.UDP, server.plain(), null, true);
            load.pace(160, RATE);
            Relaying.pass(seconds.warm());
            load.forgetLatencies();
            long packets = load.delivered();
            Cost before = Cost.of(server.processes());
            Relaying.pass(seconds.measured());
            Cost after = Cost.of(server.processes());
            packets = load.delivered() - packets;
            double cost = (after.cpuMicros() - before.cpuMicros()) / (double) Math.max(1, packets);
            return new Sample(load.p99(), String.format(Locale.ROOT, "%.1f CPU µs/packet", cost));
        }
    }
}
