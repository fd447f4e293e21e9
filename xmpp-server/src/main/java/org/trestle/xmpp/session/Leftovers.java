package org.trestle.xmpp.session;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Entries of the directory to give back, tried again until the cluster takes them: an address that nobody serves must not
 * stay there. Bounded by the endpoints that ended while the cluster was away.
 */
public final class Leftovers {
    private final BooleanSupplier serving;
    private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();
    private final Map<String, Supplier<? extends CompletionStage<Void>>> kept = new ConcurrentHashMap<>();

    /** {@code serving}: whether it is of any use to try. */
    public Leftovers(BooleanSupplier serving) {
        this.serving = serving;
    }

    /** Runs {@code attempt} now, and again later when it fails; {@code id} is that of the endpoint. */
    public void giveBack(String id, Supplier<? extends CompletionStage<Void>> attempt) {
        CompletableFuture<Void> attempted = attempt.get().toCompletableFuture();
        underWay.add(attempted);
        attempted.whenComplete((done, failed) -> {
            underWay.remove(attempted);
            if (failed != null) {
                kept.put(id, attempt);
            }
        });
    }

    /** Called about once a second. */
    public void tick() {
        if (!kept.isEmpty() && serving.getAsBoolean()) {
            Map<String, Supplier<? extends CompletionStage<Void>>> now = Map.copyOf(kept);
            kept.keySet().removeAll(now.keySet());
            now.forEach(this::giveBack);
        }
    }

    /** Completes when what is under way now is done, or has failed. */
    public CompletionStage<Void> settled() {
        CompletableFuture<?>[] all = underWay.stream()
                .map(attempted -> attempted.handle((done, failed) -> done))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(all);
    }

    public int size() {
        return kept.size();
    }
}
