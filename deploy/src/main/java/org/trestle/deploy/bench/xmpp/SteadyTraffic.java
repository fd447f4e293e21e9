package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** A thousand messages a second, sent by the clock whether others have arrived or not; latency counts from the clock. */
final class SteadyTraffic implements Workload<XmppContender> {
    private static final int RATE = 1000;
    private static final double AIM = 60;
    private static final double P99_AIM = 1;

    private final Traffic.Seconds seconds;

    SteadyTraffic(Traffic.Seconds seconds) {
        this.seconds = seconds;
    }

    @Override
    public String title() {
        return "client to client, plain, 1,000 messages/s";
    }

    @Override
    public String unit() {
        return "CPU µs/message";
    }

    @Override
    public int seconds() {
        return seconds.all();
    }

    @Override
    public boolean suits(XmppContender server) {
        return server.takesAllTraffic();
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(XmppBench.OURS, AIM));
    }

    @Override
    public Sample run(XmppContender server) throws IOException {
        try (Load load = new Load()) {
            Latencies latencies = new Latencies();
            List<Lane> lanes = Traffic.pairs(load, server, false, latencies);
            long period = TimeUnit.SECONDS.toNanos(1) / RATE;
            long[] due = {System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100)};
            int[] next = {0};
            Future<?> clock = load.group()
                    .next()
                    .scheduleAtFixedRate(
                            () -> {
                                long now = System.nanoTime();
                                while (due[0] <= now) {
                                    lanes.get(next[0]++ % lanes.size()).sendAt(due[0]);
                                    due[0] += period;
                                }
                            },
                            100_000,
                            500,
                            TimeUnit.MICROSECONDS);
            Traffic.after(load, seconds.warm());
            Traffic.on(load, latencies::clear);
            Cost start = Cost.of(server.processes());
            long from = System.nanoTime();
            Traffic.after(load, seconds.measured());
            double sent = (System.nanoTime() - from) / (double) period;
            long micros = Cost.of(server.processes()).cpuMicros() - start.cpuMicros();
            clock.cancel(false);
            Traffic.drained(load, lanes);
            Traffic.on(load, () -> lanes.forEach(Lane::release));
            return new Sample(
                    micros / sent,
                    String.format(
                            Locale.ROOT,
                            "p50 %.2f ms, p99 %.2f ms",
                            latencies.percentile(0.5),
                            latencies.percentile(0.99)),
                    new Side("p99 ms", latencies.percentile(0.99), List.of(Aim.atMost(XmppBench.OURS, P99_AIM))));
        }
    }
}
