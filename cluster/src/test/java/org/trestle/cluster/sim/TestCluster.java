package org.trestle.cluster.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogEngine.Start;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.state.MemberRecord;

/**
 * A whole cluster on simulated time, in the test's thread: nodes with a log, the replicated state and its facades. The
 * board of applied entries is all-knowing here; who watches the nodes and declares them lost is up to the test.
 */
public final class TestCluster {
    /** Slower than the default, so that a simulation has fewer events. */
    public static final LogTuning TUNING = new LogTuning(
            Duration.ofMillis(300), Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(5), 64L << 20);

    /** How often the board looks around. */
    private static final Duration BOARD = Duration.ofMillis(20);

    /** Sees what every node's machine does. */
    public interface Observer {
        default void applied(TestNode node, long index, byte[] command, byte[] result) {}

        default void restored(TestNode node, long index) {}
    }

    private final SimTimers timers = new SimTimers();
    private final SimNetwork network;
    private final MemoryEngine engine;
    private final Map<NodeId, TestNode> nodes = new HashMap<>();
    private final List<NodeId> order = new ArrayList<>();
    private List<TestNode> all = List.of();
    private Observer observer = new Observer() {};

    public TestCluster(long seed) {
        network = new SimNetwork(timers, seed);
        engine = new MemoryEngine(seed + 1);
    }

    public SimTimers timers() {
        return timers;
    }

    public SimNetwork network() {
        return network;
    }

    public MemoryEngine engine() {
        return engine;
    }

    public void observe(Observer newObserver) {
        observer = newObserver;
    }

    /** Starts {@code size} nodes, joins them one by one to the first, and says that each is up. */
    public TestCluster form(int size) {
        for (int i = 0; i < size; i++) {
            TestNode node = start(id(i + 1), i + 1, i == 0 ? Start.BOOTSTRAP : Start.JOIN);
            if (i > 0) {
                await(node.log().join(List.of(id(1))));
            }
            await(node.nodes().up(node.record()));
        }
        return this;
    }

    /** The id of the node with this number: the nodes of {@link #form} have 1, 2, 3 and so on. */
    public static NodeId id(int number) {
        return new NodeId(String.format("%016x", number));
    }

    /** Starts a process of a node, at 10.0.0.{@code host}, on the log that the node has kept, if it has. */
    public TestNode start(NodeId id, int host, Start start) {
        NodeAddress address = new NodeAddress("10.0.0." + host, 5290);
        MemberRecord record = new MemberRecord(id, "node" + host, address, new NodeAddress("10.0.0." + host, 5222));
        SimProcess process = new SimProcess(timers);
        TestNode node = new TestNode(this, record, process, network.open(process, id, address));
        if (nodes.put(id, node) == null) {
            order.add(id);
        }
        all = order.stream().map(this::node).toList();
        Map<NodeId, NodeAddress> book = new HashMap<>();
        nodes.values().forEach(each -> book.put(each.id(), each.address()));
        nodes.values().forEach(each -> each.transport().addresses(book));
        engine.open(id, directory(id), start, node.transport(), node.machine(observer), TUNING, process)
                .thenAccept(node::log);
        return node;
    }

    private static Path directory(NodeId id) {
        return Path.of("simulated", id.value());
    }

    /** Starts a killed node again, with the log that it had. */
    public TestNode restart(NodeId id) {
        return start(id, Integer.parseInt(node(id).record().name().substring(4)), Start.RESUME);
    }

    public void kill(NodeId id) {
        network.kill(id);
    }

    /** Drops a killed node's log, as when its disk is replaced. */
    public void wipe(NodeId id) {
        engine.wipe(directory(id));
    }

    /** The present, or last, process of this node. */
    public TestNode node(NodeId id) {
        TestNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id);
        }
        return node;
    }

    public TestNode node(int number) {
        return node(id(number));
    }

    /** All nodes, in the order in which they first started, also those that are dead at the moment. */
    public List<TestNode> nodes() {
        return all;
    }

    /** Nodes whose process goes on. */
    public List<TestNode> running() {
        return all.stream().filter(node -> node.process().running()).toList();
    }

    /** The running node that leads in the highest term, or null when none does. */
    public @Nullable TestNode leader() {
        TestNode leader = null;
        for (TestNode node : running()) {
            if (node.log().status().leading()
                    && (leader == null
                            || leader.log().status().term()
                                    < node.log().status().term())) {
                leader = node;
            }
        }
        return leader;
    }

    /** Lets time pass until the stage is complete, at most a minute, and returns its value. */
    public <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (!timers.advanceUntil(future::isDone, Duration.ofMinutes(1))) {
            throw new AssertionError("not done within a minute of simulated time");
        }
        try {
            return future.join();
        } catch (CompletionException failure) {
            throw new AssertionError(String.valueOf(failure.getCause()), failure.getCause());
        }
    }

    /** Lets time pass until every running node has applied the same, and no more comes; fails after a minute. */
    public void settle() {
        boolean same = timers.advanceUntil(
                () -> {
                    TestNode leader = leader();
                    return leader != null
                            && running().stream()
                                    .allMatch(node -> node.log().status().appliedIndex()
                                                    == leader.log().status().commitIndex()
                                            && node.log().status().term()
                                                    == leader.log().status().term());
                },
                Duration.ofMinutes(1));
        if (!same) {
            throw new AssertionError("the nodes do not come together");
        }
    }

    /** What an all-knowing board says: waits for every member that is up, as the asking node sees it. */
    CompletionStage<Void> appliedEverywhere(TestNode asking, long index) {
        CompletableFuture<Void> everywhere = new CompletableFuture<>();
        look(asking, index, everywhere);
        return everywhere;
    }

    private void look(TestNode asking, long index, CompletableFuture<Void> everywhere) {
        for (TestNode node : all) {
            boolean there = !node.process().killed() && node.state().appliedIndex() >= index;
            if (!there && asking.state().epochs().up(node.id())) {
                asking.process().after(BOARD, () -> look(asking, index, everywhere));
                return;
            }
        }
        everywhere.complete(null);
    }
}
