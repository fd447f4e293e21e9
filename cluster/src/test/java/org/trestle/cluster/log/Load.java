package org.trestle.cluster.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.trestle.cluster.log.Nodes.Node;

/** Writers that commit numbered words one after the other, and remember which were acknowledged. */
final class Load {
    private final Nodes nodes;
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong refused = new AtomicLong();
    private final List<CompletableFuture<Void>> writers = new ArrayList<>();
    private volatile boolean stopping;

    Load(Nodes nodes, int writers) {
        this.nodes = nodes;
        for (int i = 0; i < writers; i++) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            this.writers.add(ended);
            write("w" + i + "-", i, ended);
        }
    }

    private void write(String prefix, long number, CompletableFuture<Void> ended) {
        List<Node> running = nodes.running();
        if (stopping || running.isEmpty()) {
            ended.complete(null);
            return;
        }
        String word = prefix + number;
        Node node = running.get((int) (number % running.size()));
        node.logOrNothing(word)
                .whenCompleteAsync(
                        (place, error) -> {
                            if (error == null) {
                                acknowledged.add(word);
                            } else {
                                refused.incrementAndGet();
                            }
                            write(prefix, number + 1, ended);
                        },
                        nodes.hub.executor());
    }

    void finish() {
        stopping = true;
        Nodes.get(CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)));
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** Every acknowledged word is there, and no word is there twice. */
    void check() {
        List<String> words = nodes.running().get(0).tally().words();
        Set<String> distinct = new HashSet<>(words);
        assertEquals(distinct.size(), words.size(), "words that took effect twice");
        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(distinct);
        assertEquals(Set.of(), lost, "acknowledged words that are lost");
    }
}
