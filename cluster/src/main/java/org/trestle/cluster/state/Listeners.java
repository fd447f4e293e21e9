package org.trestle.cluster.state;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Subscription;

/** Who listens to one kind of change. A listener that fails is logged once, stays, and does not keep others from theirs. */
final class Listeners<L> {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private static final class Entry<L> {
        private final L listener;
        private boolean failed;

        Entry(L listener) {
            this.listener = listener;
        }
    }

    private final CopyOnWriteArrayList<Entry<L>> entries = new CopyOnWriteArrayList<>();

    Subscription add(L listener) {
        Entry<L> entry = new Entry<>(listener);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** On the applying thread only. */
    void tell(Consumer<L> event) {
        for (Entry<L> entry : entries) {
            try {
                event.accept(entry.listener);
            } catch (RuntimeException failure) {
                if (!entry.failed) {
                    entry.failed = true;
                    log.error("listener={} failed; its later failures are not logged", entry.listener, failure);
                }
            }
        }
    }
}
