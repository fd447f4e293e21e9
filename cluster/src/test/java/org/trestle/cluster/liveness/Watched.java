package org.trestle.cluster.liveness;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.bus.TransportBus;
import org.trestle.cluster.sim.TestCluster;
import org.trestle.cluster.sim.TestNode;

/** A simulated cluster in which every process watches the others and has its end of the bus. */
final class Watched {
    static final Lease LEASE = new Lease(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMillis(250));

    /** One process. */
    record Process(TestNode node, Liveness liveness, TransportBus bus, List<String> received, List<Boolean> serving) {}

    final TestCluster cluster;
    private final Map<NodeId, Process> processes = new HashMap<>();

    Watched(long seed, int size) {
        cluster = new TestCluster(seed).form(size);
        cluster.nodes().forEach(this::watch);
    }

    /** The present process of the node with this number. */
    Process at(int number) {
        Process process = processes.get(TestCluster.id(number));
        if (process == null) {
            throw new IllegalArgumentException("no node " + number);
        }
        return process;
    }

    Collection<Process> all() {
        return List.copyOf(processes.values());
    }

    /** Starts a killed node again. */
    void restart(int number) {
        watch(cluster.restart(TestCluster.id(number)));
    }

    void kill(int number) {
        cluster.kill(TestCluster.id(number));
    }

    boolean allServe() {
        return processes.values().stream()
                .allMatch(process -> process.liveness().serving());
    }

    boolean within(Duration limit, java.util.function.BooleanSupplier condition) {
        return cluster.timers().advanceUntil(condition, limit);
    }

    private void watch(TestNode node) {
        View view = new View(node);
        Liveness liveness = Liveness.start(
                node.transport(), node.log(), view, announcer(node), LEASE, node.process(), node.process());
        List<Boolean> serving = new ArrayList<>();
        liveness.onServing(serving::add);
        TransportBus bus = new TransportBus(
                node.transport(),
                view,
                () -> liveness.serving() ? liveness.run() : 0,
                () -> node.log().status().term(),
                new SimpleMeterRegistry());
        List<String> received = new ArrayList<>();
        bus.receive((from, frame) ->
                received.add(frame.readCharSequence(frame.readableBytes(), java.nio.charset.StandardCharsets.US_ASCII)
                        .toString()));
        processes.put(node.id(), new Process(node, liveness, bus, received, serving));
    }

    private static Announcer announcer(TestNode node) {
        return new Announcer() {
            @Override
            public CompletionStage<Long> announce() {
                return node.nodes()
                        .up(node.record())
                        .thenCompose(result -> result.done()
                                ? CompletableFuture.completedFuture(result.index())
                                : CompletableFuture.failedFuture(new ClusterUnavailableException(result.detail())));
            }

            @Override
            public CompletionStage<Void> declareLost(NodeId lost, long epoch) {
                return node.nodes().lost(lost, epoch).thenAccept(result -> {});
            }
        };
    }

    private record View(TestNode node) implements MemberView {
        @Override
        public Collection<NodeId> members() {
            return node.log().status().members().stream()
                    .map(member -> member.id())
                    .toList();
        }

        @Override
        public long epoch(NodeId id) {
            return node.state().epochs().epoch(id);
        }

        @Override
        public boolean ended(NodeId id, long epoch) {
            return !node.state().epochs().accepts(id, epoch);
        }
    }
}
