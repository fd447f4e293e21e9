package org.trestle.cluster.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogEngine.Start;

/** A cluster of logs on one {@link Hub}, for tests: starts, kills and replaces nodes, and waits for what they say. */
public final class Nodes implements AutoCloseable {
    /** As on a LAN, but a command waits for its quorum however slow the machine is. */
    public static final LogTuning TUNING = new LogTuning(
            LogTuning.LAN.election(),
            LogTuning.LAN.heartbeat(),
            LogTuning.LAN.request(),
            Duration.ofSeconds(60),
            LogTuning.LAN.pending());

    /** More than anything takes on a machine that is slow or stands still for a while. */
    public static final Duration SOON = Duration.ofSeconds(90);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration TICK = Duration.ofMillis(10);
    private static final Duration STILL = Duration.ofMillis(75);

    /** One node. */
    public final class Node {
        public final NodeId id = NodeId.random(RANDOM);
        public final Path directory = root.resolve("n-" + id);
        private volatile @Nullable Tally tally;
        private volatile @Nullable ReplicatedLog log;

        public ReplicatedLog log() {
            return java.util.Objects.requireNonNull(log, "not running");
        }

        public Tally tally() {
            return java.util.Objects.requireNonNull(tally, "not running");
        }

        /** Submits {@code word} if this node runs at this moment. */
        public CompletionStage<byte[]> logOrNothing(String word) {
            ReplicatedLog current = log;
            return current == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("not running"))
                    : current.submit(bytes(word));
        }

        public boolean alive() {
            return log != null;
        }

        public Node start(Start start) {
            tally = machine.get();
            log = get(engine.get().open(id, directory, start, hub.connect(id), tally, tuning, hub.timers()));
            return this;
        }

        public Node join() {
            List<NodeId> seeds = Nodes.this.running().stream()
                    .filter(node -> node != this)
                    .map(node -> node.id)
                    .toList();
            start(Start.JOIN);
            get(log().join(seeds));
            return this;
        }

        /** Loses everything that is not on disk, and stops answering at once. */
        public void kill() {
            hub.kill(id);
            ReplicatedLog dying = log();
            log = null;
            get(dying.close());
        }

        public void restart() {
            start(Start.RESUME);
        }

        public void wipe() {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private final Path root;
    private final Supplier<LogEngine> engine;
    private final Supplier<Tally> machine;
    private final LogTuning tuning;
    private final AtomicLong longestPause = new AtomicLong();
    public final Hub hub = new Hub();
    public final List<Node> all = new ArrayList<>();

    public Nodes(Path root, Supplier<LogEngine> engine, Supplier<Tally> machine, LogTuning tuning) {
        this.root = root;
        this.engine = engine;
        this.machine = machine;
        this.tuning = tuning;
        tick(System.nanoTime());
    }

    private void tick(long last) {
        long now = System.nanoTime();
        longestPause.accumulateAndGet(now - last, Math::max);
        hub.timers().after(TICK, () -> tick(now));
    }

    /**
     * Asserts what holds only while the nodes do their work in time. On a machine that did nothing for a while an election is
     * right and not a fault, so the test is skipped there, with the reason.
     */
    public void expect(boolean held, String what) {
        if (!held) {
            long paused = Duration.ofNanos(longestPause.get()).toMillis();
            Assumptions.assumeTrue(
                    paused < STILL.toMillis(), "this machine stood still for " + paused + " ms; not shown: " + what);
            throw new AssertionError(what + "; " + describe());
        }
    }

    /** A cluster of {@code count} voters. */
    public Nodes form(int count) {
        add().start(Start.BOOTSTRAP);
        for (int i = 1; i < count; i++) {
            add().join();
        }
        return this;
    }

    public Node add() {
        Node node = new Node();
        all.add(node);
        return node;
    }

    public Node get(int number) {
        return all.get(number);
    }

    public List<Node> running() {
        return all.stream().filter(Node::alive).toList();
    }

    /** The node that leads, as soon as there is one among {@code nodes}. */
    public Node leader(List<Node> nodes) {
        await(
                "a leader",
                SOON,
                () -> nodes.stream()
                        .anyMatch(node -> node.alive() && node.log().status().leading()));
        return nodes.stream()
                .filter(node -> node.alive() && node.log().status().leading())
                .findFirst()
                .orElseGet(() -> leader(nodes));
    }

    public Node leader() {
        return leader(running());
    }

    public Node follower() {
        Node leader = leader();
        return running().stream().filter(node -> node != leader).findFirst().orElseThrow();
    }

    public List<Node> others(Node than) {
        return running().stream().filter(node -> node != than).toList();
    }

    public List<NodeId> ids() {
        return all.stream().map(node -> node.id).toList();
    }

    /** How many voters {@code node} sees. */
    public long voters(Node node) {
        return node.log().status().members().stream()
                .filter(LogStatus.Member::voting)
                .count();
    }

    public void awaitVoters(Node node, int count) {
        await(count + " voters at " + node.id, SOON, () -> voters(node) == count);
    }

    /** Hands leadership over; whether the cluster has elected since, whomever. */
    public void handOver(Node leader, Runnable meanwhile) {
        long term = leader.log().status().term();
        get(leader.log().handOver());
        await("a leader of a later term", SOON, () -> {
            meanwhile.run();
            return running().stream()
                    .map(node -> node.log().status())
                    .anyMatch(now -> now.leading() && now.term() > term);
        });
    }

    public boolean knows(Node node, NodeId member) {
        return node.log().status().members().stream()
                .anyMatch(known -> known.id().equals(member));
    }

    /** What is said when {@code id} tries to open {@code directory}. */
    public String refused(NodeId id, Path directory, Start start) {
        try {
            engine.get()
                    .open(id, directory, start, hub.connect(id), machine.get(), tuning, hub.timers())
                    .toCompletableFuture()
                    .get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException refusal) {
            if (refusal.getCause() instanceof LogException expected) {
                return String.valueOf(expected.getMessage());
            }
            throw new AssertionError(refusal);
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError(failure);
        }
        throw new AssertionError("opened " + directory);
    }

    /** Lets the nodes run for a while. */
    public void pause(Duration time) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        hub.timers().after(time, () -> over.complete(null));
        get(over);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Commits {@code count} commands on {@code node}, all at once, and waits for the last. */
    public static void submit(Node node, String prefix, int count) {
        List<CompletableFuture<byte[]>> done = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            done.add(node.log().submit(bytes(prefix + i)).toCompletableFuture());
        }
        get(CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)));
    }

    /** Waits until every running node has applied the same commands, and returns how many. */
    public long agree() {
        await(
                "all nodes to agree",
                SOON,
                () -> running().stream()
                                .map(node -> List.of(
                                        node.tally().count(), node.tally().chain()))
                                .distinct()
                                .count()
                        == 1);
        return running().get(0).tally().count();
    }

    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new AssertionError(failure.getCause() == null ? failure : failure.getCause());
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError("nothing happened within " + SOON.toSeconds() + " s", failure);
        }
    }

    /** Asks {@code condition} on the hub's thread every few milliseconds until it holds. */
    public void await(String what, Duration bound, BooleanSupplier condition) {
        CompletableFuture<Void> met = new CompletableFuture<>();
        poll(condition, met);
        try {
            met.get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            met.cancel(false);
            throw new AssertionError(
                    "waited " + bound.toMillis() + " ms in vain for " + what + "; " + describe(), late);
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError(failure);
        }
    }

    private void poll(BooleanSupplier condition, CompletableFuture<Void> met) {
        if (met.isDone()) {
            return;
        }
        if (condition.getAsBoolean()) {
            met.complete(null);
        } else {
            hub.timers().after(Duration.ofMillis(2), () -> poll(condition, met));
        }
    }

    public String describe() {
        StringBuilder text = new StringBuilder();
        for (Node node : running()) {
            text.append(node.id)
                    .append(' ')
                    .append(node.tally().count())
                    .append(' ')
                    .append(node.log().status())
                    .append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        running().forEach(Node::kill);
        hub.close();
    }
}
