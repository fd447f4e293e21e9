package org.trestle.deploy.bench.xmpp;

import java.util.BitSet;
import java.util.concurrent.CompletableFuture;

/** Who has seen whom; each counts once. Told on the load's one thread. */
final class Arrivals {
    private final BitSet seen = new BitSet(Friends.COUNT * Friends.COUNT);
    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    private volatile int missing = Friends.COUNT * Friends.CONTACTS;

    /** Everybody has seen each contact. */
    CompletableFuture<Void> complete() {
        return complete;
    }

    /** How many are still to come. */
    int missing() {
        return missing;
    }

    /** {@code receiver} has read that the account {@code from} is available; a copy, or he himself, is nothing new. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void arrived(int receiver, String from) {
        int sender = from.startsWith("f") ? Integer.parseInt(from, 1, from.length(), 10) : receiver;
        int pair = receiver * Friends.COUNT + sender;
        if (sender != receiver && !seen.get(pair)) {
            seen.set(pair);
            missing--;
            if (missing == 0) {
                complete.complete(null);
            }
        }
    }
}
