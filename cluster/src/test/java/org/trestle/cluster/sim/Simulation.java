package org.trestle.cluster.sim;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogEngine.Start;

/** One seed's life of a cluster: sessions come and go, tables are written, and nodes and links fail all the while. */
final class Simulation {
    static final String COMPONENT = "cb1.trestle.test";
    private static final List<String> ACCOUNTS =
            List.of("alice@trestle.test", "bob@trestle.test", "carol@trestle.test");
    private static final List<String> RESOURCES = List.of("desk", "phone", "tablet", "web");
    private static final Duration RUN = Duration.ofSeconds(10);

    private final Random random;
    private final TestCluster cluster;
    private final Invariants invariants;
    private final int size;
    private final Map<NodeId, SimSessions> servers = new HashMap<>();

    /** By host number, whether something is being done to that node already. */
    private final Map<Integer, Boolean> troubled = new HashMap<>();

    private final Map<Integer, NodeId> hosts = new HashMap<>();
    private final List<String> history = new ArrayList<>();
    private int writes;
    private int replacements;

    Simulation(long seed) {
        random = new Random(seed);
        cluster = new TestCluster(seed);
        cluster.engine().compactAfter(16 + random.nextInt(100));
        invariants = new Invariants(ACCOUNTS);
        size = random.nextInt(3) == 0 ? 5 : 3;
        if (random.nextInt(3) == 0) {
            cluster.network().latency(Duration.ofMillis(1), Duration.ofMillis(30));
        }
    }

    /** What was done to the cluster, for the one who looks into a failure. */
    List<String> history() {
        return history;
    }

    int acknowledgedWrites() {
        return invariants.acknowledgedWrites();
    }

    void run() {
        cluster.observe(invariants);
        cluster.form(size);
        for (TestNode node : cluster.nodes()) {
            hosts.put(hosts.size() + 1, node.id());
            serve(node);
        }
        cluster.timers().afterEach(invariants::check);
        SimTimers timers = cluster.timers();
        long end = timers.nanos() + RUN.toNanos();
        repeat(end, Duration.ofMillis(25), this::work);
        repeat(end, Duration.ofMillis(600), this::trouble);
        timers.advance(RUN);
        recover();
        invariants.checkSettled(running());
    }

    private void repeat(long end, Duration about, Runnable action) {
        cluster.timers().after(about.multipliedBy(50 + random.nextInt(100)).dividedBy(100), () -> {
            if (cluster.timers().nanos() < end) {
                action.run();
                repeat(end, about, action);
            }
        });
    }

    private void serve(TestNode node) {
        invariants.watch(node);
        servers.put(node.id(), new SimSessions(node, invariants));
    }

    private List<SimSessions> running() {
        return hosts.values().stream()
                .map(servers::get)
                .filter(server -> server != null && server.node.process().running())
                .toList();
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    // ---- work

    private void work() {
        List<SimSessions> serving =
                running().stream().filter(SimSessions::serving).toList();
        if (serving.isEmpty()) {
            return;
        }
        SimSessions server = any(serving);
        String account = any(ACCOUNTS);
        String resource = any(RESOURCES);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4, 5 -> server.bind(account, resource);
            case 6 -> server.unbind(account, resource);
            case 7, 8 -> server.update(account, resource, new byte[] {(byte) random.nextInt()});
            case 9, 10 -> {
                if (server.connections().size() < 3) {
                    server.attach(COMPONENT);
                } else {
                    server.detach();
                }
            }
            default -> write(server.node);
        }
    }

    private void write(TestNode node) {
        String key = "key" + writes++;
        Change change = Change.of()
                .put("acknowledged", key, new byte[] {1}, Change.ABSENT)
                .put("last", "key", key.getBytes(StandardCharsets.UTF_8))
                .build();
        node.tables().commit(change).whenComplete((outcome, failure) -> {
            if (failure == null) {
                boolean readable = outcome.applied() && node.tables().get("acknowledged", key) != null;
                invariants.require(readable, () -> node + " cannot read what it was told is written: " + key);
                invariants.acknowledged(key, outcome.index());
            }
        });
    }

    // ---- trouble

    private void trouble() {
        int host = 1 + random.nextInt(size);
        switch (random.nextInt(10)) {
            case 0 -> once(host, () -> kill(host));
            case 1, 2 -> {
                isolate(host);
                later(7000, () -> {
                    for (int other = 1; other <= size; other++) {
                        mend(host, other);
                    }
                });
            }
            case 3 -> once(host, () -> freeze(host));
            case 4 -> {
                int other = 1 + random.nextInt(size);
                cut(host, other);
                later(7000, () -> mend(host, other));
            }
            case 5 -> {
                note("healed");
                cluster.network().heal();
            }
            case 6 -> {
                if (replacements < 2 && troubled.isEmpty()) {
                    replacements++;
                    once(host, () -> replace(host));
                }
            }
            default -> {} // A while without new trouble, for what there is to last.
        }
    }

    private void isolate(int host) {
        note("isolated host " + host);
        for (int other = 1; other <= size; other++) {
            cut(host, other);
        }
    }

    private void cut(int host, int other) {
        note("cut host " + host + " from " + other);
        cluster.network().cut(id(host), id(other));
    }

    private void mend(int host, int other) {
        note("mended host " + host + " and " + other);
        cluster.network().mend(id(host), id(other));
    }

    private void note(String what) {
        history.add(cluster.timers().now() + " " + what);
    }

    private NodeId id(int host) {
        NodeId id = hosts.get(host);
        if (id == null) {
            throw new IllegalArgumentException("no host " + host);
        }
        return id;
    }

    private void once(int host, Runnable action) {
        if (troubled.putIfAbsent(host, true) == null) {
            action.run();
        }
    }

    private void later(int longest, Runnable task) {
        cluster.timers().after(Duration.ofMillis(50 + random.nextInt(longest)), task);
    }

    private void kill(int host) {
        note("killed host " + host);
        NodeId id = id(host);
        cluster.kill(id);
        later(5000, () -> {
            note("restarted host " + host);
            serve(cluster.restart(id));
            troubled.remove(host);
        });
    }

    private void freeze(int host) {
        note("froze host " + host);
        SimProcess process = cluster.node(id(host)).process();
        process.freeze();
        later(5000, () -> {
            note("thawed host " + host);
            process.thaw();
            troubled.remove(host);
        });
    }

    /** The machine gets a new disk: another node joins at the same address. */
    private void replace(int host) {
        NodeId old = id(host);
        NodeId fresh = TestCluster.id(1000 * replacements + host);
        note("replaced host " + host + ": " + old + " by " + fresh);
        cluster.kill(old);
        cluster.wipe(old);
        TestNode node = cluster.start(fresh, host, Start.JOIN);
        hosts.put(host, fresh);
        List<NodeId> seeds =
                hosts.values().stream().filter(id -> !id.equals(fresh)).toList();
        insist(
                () -> cluster.node(any(seeds)).log().remove(old),
                () -> insist(() -> node.log().join(seeds), () -> {
                    note("host " + host + " votes again");
                    serve(node);
                    troubled.remove(host);
                }));
    }

    private void insist(Supplier<CompletionStage<Void>> action, Runnable then) {
        boolean[] decided = new boolean[1];
        Runnable again = () -> {
            if (!decided[0]) {
                decided[0] = true;
                insist(action, then);
            }
        };
        // Whoever was asked may be killed, and then never answers.
        cluster.timers().after(Duration.ofSeconds(10), again);
        action.get().whenComplete((done, failure) -> {
            if (failure != null) {
                later(200, again);
            } else if (!decided[0]) {
                decided[0] = true;
                then.run();
            }
        });
    }

    // ---- the end

    private void recover() {
        note("recovering");
        cluster.network().heal();
        SimTimers timers = cluster.timers();
        boolean well = timers.advanceUntil(
                () -> {
                    cluster.network().heal();
                    return troubled.isEmpty()
                            && running().size() == size
                            && running().stream().allMatch(SimSessions::quiet);
                },
                Duration.ofMinutes(2));
        if (!well) {
            throw new AssertionError("the cluster does not recover: " + troubled
                    + running().stream()
                            .map(server -> server.node + " " + server.node.log().status())
                            .toList());
        }
        // Longer than any command may be under way.
        timers.advance(TestCluster.TUNING.submit().multipliedBy(2));
        cluster.settle();
    }
}
