package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** Five hundred logins with SCRAM-SHA-1, fifty at a time. */
final class Logins implements Workload<XmppContender> {
    private static final int LOGINS = 500;
    private static final int AT_ONCE = 50;
    private static final int ALL_SECONDS = 600;
    private static final Duration WARM_UP = Duration.ofSeconds(6);

    private final boolean secured;

    Logins(boolean secured) {
        this.secured = secured;
    }

    @Override
    public String title() {
        return "login, SCRAM-SHA-1, " + (secured ? "TLS" : "plain");
    }

    @Override
    public String unit() {
        return "CPU ms/login";
    }

    @Override
    public int seconds() {
        return 10;
    }

    @Override
    public boolean suits(XmppContender server) {
        return server.takesAllTraffic();
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(XmppBench.OURS, secured ? 1.4 : 0.6));
    }

    @Override
    public Sample run(XmppContender server) throws IOException {
        try (Load load = new Load()) {
            long warm = System.nanoTime() + WARM_UP.toNanos();
            while (System.nanoTime() < warm) {
                logins(load, server, secured, 2 * AT_ONCE, "warm").forEach(LoadStream::close);
            }
            Cost start = Cost.of(server.processes());
            long from = System.nanoTime();
            List<LoadStream> streams = logins(load, server, secured, LOGINS, "login");
            double seconds = (System.nanoTime() - from) / 1e9;
            long micros = Cost.of(server.processes()).cpuMicros() - start.cpuMicros();
            streams.forEach(LoadStream::close);
            return new Sample(micros / 1e3 / LOGINS, String.format(Locale.ROOT, "%.0f logins/s", LOGINS / seconds));
        }
    }

    /** So many clients that are logged in, each with a resource of its own. */
    static List<LoadStream> logins(Load load, XmppContender server, boolean secured, int count, String resource)
            throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            AtomicInteger next = new AtomicInteger();
            List<CompletableFuture<List<LoadStream>>> workers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                workers.add(CompletableFuture.supplyAsync(
                        () -> {
                            List<LoadStream> streams = new ArrayList<>();
                            for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                                try {
                                    streams.add(load.login(
                                            server.clients(), secured, "u" + n % XmppContender.USERS, resource + n));
                                } catch (IOException failed) {
                                    throw new java.io.UncheckedIOException(failed);
                                }
                            }
                            return streams;
                        },
                        threads));
            }
            List<LoadStream> all = new ArrayList<>();
            for (CompletableFuture<List<LoadStream>> worker : workers) {
                all.addAll(LoadStream.await(worker, "logins", ALL_SECONDS));
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }
}
