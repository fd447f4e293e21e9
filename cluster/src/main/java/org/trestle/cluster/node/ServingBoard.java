package org.trestle.cluster.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.trestle.cluster.api.Subscription;

/** Whether this node serves, over all its lives: each change is told once, in order, on one loop. */
final class ServingBoard {
    private final Executor loop;
    private final List<Consumer<Boolean>> listeners = new ArrayList<>();
    private volatile boolean serving;

    ServingBoard(Executor loop) {
        this.loop = loop;
    }

    boolean serving() {
        return serving;
    }

    /** On the loop only. */
    void set(boolean may) {
        if (may != serving) {
            serving = may;
            List.copyOf(listeners).forEach(listener -> listener.accept(may));
        }
    }

    Subscription listen(Consumer<Boolean> listener) {
        loop.execute(() -> {
            listeners.add(listener);
            listener.accept(serving);
        });
        return () -> loop.execute(() -> listeners.remove(listener));
    }
}
