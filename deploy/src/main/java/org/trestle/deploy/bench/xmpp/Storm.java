package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/**
 * Nine o'clock: everybody logs in within ten seconds, at even distances, fetches the roster, sends the first presence, and
 * waits until the presence of each contact has come. Before that it is rehearsed, as fast as the server can, until a
 * rehearsal is no cheaper than those before it: a server with a just-in-time compiler is measured as one that has run.
 */
final class Storm implements Workload<XmppContender> {
    private static final int PERIOD_MICROS = 10_000;
    private static final int AT_ONCE = 50;
    private static final int ALL_SECONDS = 120;
    private static final int CALM_SECONDS = 2;
    private static final int REHEARSALS_AT_LEAST = 8;
    private static final int REHEARSAL_SECONDS = 60;
    private static final double AS_CHEAP = 0.95;
    private static final double SHARE = 0.5;

    @Override
    public String title() {
        return String.format(Locale.ROOT, "%,d logins in 10 s, %d contacts each", Friends.COUNT, Friends.CONTACTS);
    }

    @Override
    public String unit() {
        return "CPU ms/login";
    }

    @Override
    public int seconds() {
        return 60;
    }

    @Override
    public boolean suits(XmppContender server) {
        return server.clients().equals(server.otherClients());
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.ofBest(XmppBench.OURS, SHARE, "Prosody", "ejabberd"));
    }

    @Override
    public Sample run(XmppContender server) throws IOException {
        try (Load load = new Load()) {
            server.acquaint();
            int rehearsals = rehearse(load, server);
            long from = System.nanoTime();
            Cost start = Cost.of(server.processes());
            Cost end = storm(load, server, PERIOD_MICROS);
            double seconds = (System.nanoTime() - from) / 1e9;
            double millis = (end.cpuMicros() - start.cpuMicros()) / 1e3;
            return new Sample(
                    millis / Friends.COUNT,
                    String.format(
                            Locale.ROOT,
                            "%,.0f ms in all, last presence after %.1f s; %d rehearsals",
                            millis,
                            seconds,
                            rehearsals));
        }
    }

    /** Until three in a row are not cheaper than what came before, or time is up; returns how many there were. */
    private static int rehearse(Load load, XmppContender server) throws IOException {
        long late = System.nanoTime() + TimeUnit.SECONDS.toNanos(REHEARSAL_SECONDS);
        double least = Double.MAX_VALUE;
        int alike = 0;
        int rehearsals = 0;
        while (System.nanoTime() < late && (alike < 3 || rehearsals < REHEARSALS_AT_LEAST)) {
            Cost start = Cost.of(server.processes());
            double micros = storm(load, server, 0).cpuMicros() - start.cpuMicros();
            load.endAll();
            Traffic.after(load, CALM_SECONDS);
            alike = micros > least * AS_CHEAP ? alike + 1 : 0;
            least = Math.min(least, micros);
            rehearsals++;
        }
        return rehearsals;
    }

    /** What the server has used when the last presence has come. */
    private static Cost storm(Load load, XmppContender server, long periodMicros) throws IOException {
        Arrivals arrivals = new Arrivals();
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(AT_ONCE);
        try {
            List<CompletableFuture<Void>> logins = new ArrayList<>();
            for (int i = 0; i < Friends.COUNT; i++) {
                int number = i;
                Executor due = task -> threads.schedule(task, number * periodMicros, TimeUnit.MICROSECONDS);
                logins.add(CompletableFuture.runAsync(() -> login(load, server, number, arrivals), due));
            }
            for (CompletableFuture<Void> login : logins) {
                LoadStream.await(login, "logins", ALL_SECONDS);
            }
            LoadStream.await(arrivals.complete(), "presence: " + arrivals.missing() + " are missing", ALL_SECONDS);
            return Cost.of(server.processes());
        } finally {
            threads.shutdownNow();
        }
    }

    private static void login(Load load, XmppContender server, int number, Arrivals arrivals) {
        try {
            LoadStream stream = load.login(server.clients(), false, Friends.name(number), "s");
            String roster = stream.ask(Friends.ROSTER, "</iq>");
            int both = roster.split("subscription=.both", -1).length - 1;
            if (both != Friends.CONTACTS) {
                throw new IOException("the roster of " + Friends.name(number) + " has " + both + " contacts");
            }
            stream.say("<presence/>", new PresenceScan(from -> arrivals.arrived(number, from)));
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
