package org.trestle.deploy.bench.turn;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** Packets through 50 allocations with channels. */
final class Relaying implements Workload<TurnContender> {
    private static final int ALLOCATIONS = 50;

    /** Packets after which the server is warm. */
    static final long WARM_PACKETS = 500_000;

    private final String title;
    private final Link.Kind kind;
    private final boolean runs;
    private final Load.Shape shape;
    private final Seconds seconds;
    private final double most;

    /** How long the load runs before it is measured, at most, and while it is. */
    record Seconds(double warm, double measured) {}

    /** {@code most} is what this relay may need for a packet, in microseconds. */
    Relaying(String title, Link.Kind kind, boolean runs, Load.Shape shape, Seconds seconds, double most) {
        this.title = title;
        this.kind = kind;
        this.runs = runs;
        this.shape = shape;
        this.seconds = seconds;
        this.most = most;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String unit() {
        return "CPU µs/packet";
    }

    @Override
    public int seconds() {
        return (int) seconds.measured() + 5;
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(Trestle.NAME, most));
    }

    @Override
    public Sample run(TurnContender server) throws IOException {
        try (Load load = new Load(runs)) {
            load.open(
                    ALLOCATIONS,
                    kind,
                    kind == Link.Kind.TLS ? server.secured() : server.plain(),
                    kind == Link.Kind.TLS ? tls() : null,
                    true);
            load.start(shape);
            load.awaitDelivered(WARM_PACKETS, seconds.warm());
            long lost = load.lost();
            long packets = load.delivered();
            Cost before = Cost.of(server.processes());
            long start = System.nanoTime();
            pass(seconds.measured());
            Cost after = Cost.of(server.processes());
            double took = (System.nanoTime() - start) / 1e9;
            packets = load.delivered() - packets;
            lost = load.lost() - lost;
            if (load.disordered() > 0 || packets == 0) {
                throw new IOException(load.disordered() + " packets came out of order, " + packets + " came");
            }
            double value = (after.cpuMicros() - before.cpuMicros()) / (double) packets;
            String note = String.format(Locale.ROOT, "%.0f k/s", packets / took / 1_000);
            return new Sample(
                    value,
                    lost == 0
                            ? note
                            : note + String.format(Locale.ROOT, ", %.2f %% lost", 100.0 * lost / (lost + packets)));
        }
    }

    static SslContext tls() throws IOException {
        return SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
    }

    static void pass(double howLong) {
        long until = System.nanoTime() + (long) (howLong * TimeUnit.SECONDS.toNanos(1));
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
