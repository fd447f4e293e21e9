package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** As many messages as the server takes: fifty lanes with ten messages under way in each. */
final class Traffic implements Workload<XmppContender> {
    static final int PAIRS = 50;
    private static final int WINDOW = 10;
    private static final double OF_TWO_NODES = 2.2;
    private static final String BODY = "x".repeat(64);

    /** Between whom. */
    enum Kind {
        CLIENTS("client to client, plain", 8.5),
        SECURED_CLIENTS("client to client, TLS", 10),
        COMPONENT_TO_CLIENTS("component to client, plain", 7),
        CLIENTS_TO_COMPONENT("client to component, plain", 7),
        COMPONENTS("component to component", 4.5);

        private final String title;
        private final double aim;

        Kind(String title, double aim) {
            this.title = title;
            this.aim = aim;
        }
    }

    /** How long the server runs before it is measured, and how long it is measured. */
    record Seconds(int warm, int measured) {
        int all() {
            return warm + measured + 1;
        }
    }

    private final Kind kind;
    private final Seconds seconds;

    Traffic(Kind kind, Seconds seconds) {
        this.kind = kind;
        this.seconds = seconds;
    }

    @Override
    public String title() {
        return kind.title;
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
        return server.takesAllTraffic() || kind == Kind.CLIENTS;
    }

    @Override
    public List<Aim> aims() {
        return List.of(
                Aim.atMost(XmppBench.OURS, kind.aim), Aim.ofBest(XmppBench.OURS_ON_TWO, OF_TWO_NODES, XmppBench.OURS));
    }

    @Override
    public Sample run(XmppContender server) throws IOException {
        try (Load load = new Load()) {
            List<Lane> lanes = lanes(load, server);
            on(load, () -> lanes.forEach(Lane::open));
            after(load, seconds.warm());
            long before = on(load, lanes);
            Cost start = Cost.of(server.processes());
            long from = System.nanoTime();
            after(load, seconds.measured());
            long messages = on(load, lanes) - before;
            long micros = Cost.of(server.processes()).cpuMicros() - start.cpuMicros();
            double rate = messages / ((System.nanoTime() - from) / 1e9);
            on(load, () -> lanes.forEach(Lane::shut));
            drained(load, lanes);
            on(load, () -> lanes.forEach(Lane::release));
            if (messages == 0) {
                throw new IOException("no message arrived");
            }
            return new Sample((double) micros / messages, String.format(Locale.ROOT, "%,.0f messages/s", rate));
        }
    }

    private List<Lane> lanes(Load load, XmppContender server) throws IOException {
        return switch (kind) {
            case CLIENTS -> pairs(load, server, false, null);
            case SECURED_CLIENTS -> pairs(load, server, true, null);
            case COMPONENT_TO_CLIENTS -> fromComponent(load, server);
            case CLIENTS_TO_COMPONENT -> toComponent(load, server);
            case COMPONENTS -> betweenComponents(load, server);
        };
    }

    /** Fifty clients, each writing to one of fifty others. */
    static List<Lane> pairs(
            Load load, XmppContender server, boolean secured, @org.jspecify.annotations.Nullable Latencies latencies)
            throws IOException {
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            LoadStream sender = load.client(server.clients(), secured, i, "s");
            LoadStream receiver = load.client(server.otherClients(), secured, PAIRS + i, "r");
            Lane lane =
                    new Lane(sender, message("", user(PAIRS + i, "r")), latencies == null ? WINDOW : 4096, latencies);
            receiver.count(lane::arrived);
            lanes.add(lane);
        }
        return lanes;
    }

    private static List<Lane> fromComponent(Load load, XmppContender server) throws IOException {
        LoadStream component = load.component(server, server.components(), 1);
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            LoadStream receiver = load.client(server.otherClients(), false, i, "r");
            Lane lane = new Lane(component, message("a@" + server.component(1), user(i, "r")), WINDOW, null);
            receiver.count(lane::arrived);
            lanes.add(lane);
        }
        return lanes;
    }

    private static List<Lane> toComponent(Load load, XmppContender server) throws IOException {
        LoadStream component = load.component(server, server.otherComponents(), 1);
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            LoadStream sender = load.client(server.clients(), false, i, "s");
            lanes.add(new Lane(sender, message("", "a@" + server.component(1)), WINDOW, null));
        }
        int[] next = {0};
        component.count(messages -> {
            // Which lane a message came by is not looked at: each in turn is let go on.
            for (int i = 0; i < messages; i++) {
                lanes.get(next[0]++ % lanes.size()).arrived(1);
            }
        });
        return lanes;
    }

    private static List<Lane> betweenComponents(Load load, XmppContender server) throws IOException {
        LoadStream from = load.component(server, server.components(), 1);
        LoadStream to = load.component(server, server.otherComponents(), 2);
        Lane lane =
                new Lane(from, message("a@" + server.component(1), "b@" + server.component(2)), PAIRS * WINDOW, null);
        to.count(lane::arrived);
        return List.of(lane);
    }

    static String user(int number, String resource) {
        return "u" + number + "@" + XmppContender.DOMAIN + "/" + resource;
    }

    private static String message(String from, String to) {
        return "<message" + (from.isEmpty() ? "" : " from='" + from + "'") + " to='" + to
                + "' type='chat' id='m1'><body>" + BODY + "</body></message>";
    }

    static void on(Load load, Runnable task) throws IOException {
        LoadStream.await(CompletableFuture.runAsync(task, load.group().next()), "the load");
    }

    private static long on(Load load, List<Lane> lanes) throws IOException {
        return LoadStream.await(
                CompletableFuture.supplyAsync(
                        () -> lanes.stream().mapToLong(Lane::received).sum(),
                        load.group().next()),
                "the load");
    }

    /** Lets the load go on for so many seconds. */
    static void after(Load load, int seconds) throws IOException {
        CompletableFuture<Void> over = new CompletableFuture<>();
        load.group().next().schedule(() -> over.complete(null), seconds, TimeUnit.SECONDS);
        LoadStream.await(over, "the load");
    }

    /** Waits until what was sent has arrived; less is a loss, more is a copy. */
    static void drained(Load load, List<Lane> lanes) throws IOException {
        long sent = 0;
        long received = 0;
        for (int seconds = 0; seconds < 10; seconds++) {
            sent = LoadStream.await(
                    CompletableFuture.supplyAsync(
                            () -> lanes.stream().mapToLong(Lane::sent).sum(),
                            load.group().next()),
                    "the load");
            received = on(load, lanes);
            if (sent == received) {
                return;
            }
            after(load, 1);
        }
        throw new IOException("sent " + sent + " messages, received " + received);
    }
}
