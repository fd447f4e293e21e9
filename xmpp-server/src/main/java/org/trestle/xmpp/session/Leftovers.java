package org.trestle.xmpp.session;

import java.util.Map;
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
    private final Map<String, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();
    private final Map<String, Supplier<? extends CompletionStage<Void>>> kept = new ConcurrentHashMap<>();

    /** {@code serving}: whether it is of any use to try. */
    public Leftovers(BooleanSupplier serving) {
        this.serving = serving;
    }

    /** Runs {@code attempt} now, and again later when it fails; {@code id} is that of the endpoint. */
    public void giveBack(String id, Supplier<? extends CompletionStage<Void>> attempt) {
        CompletableFuture<Boolean> attempted = new CompletableFuture<>();
        underWay.put(id, attempted);
        attempt.get().whenComplete((done, failed) -> {
            underWay.remove(id);
            attempted.complete(failed == null);
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
        return CompletableFuture.allOf(underWay.values().toArray(CompletableFuture[]::new));
    }

    public int size() {
        return kept.size();
    }
}
