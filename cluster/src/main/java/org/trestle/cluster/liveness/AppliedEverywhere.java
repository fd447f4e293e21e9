package org.trestle.cluster.liveness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import org.trestle.cluster.time.Timers;

/**
 * Those who wait until an entry is applied on every member that can be reached, each for a bounded time: a member that
 * died a moment ago must not hold up a login.
 */
final class AppliedEverywhere {
    private final Timers timers;
    private final Duration patience;
    private final Duration look;
    private final LongPredicate everywhere;
    private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean watching = new AtomicBoolean();

    private record Waiter(long index, long deadline, CompletableFuture<Void> done) {}

    /**
     * @param patience how long anybody waits at most
     * @param look how often those who wait are looked at when there is no news
     */
    AppliedEverywhere(Timers timers, Duration patience, Duration look, LongPredicate everywhere) {
        this.timers = timers;
        this.patience = patience;
        this.look = look;
        this.everywhere = everywhere;
    }

    CompletionStage<Void> await(long index) {
        if (everywhere.test(index)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        waiters.add(new Waiter(index, timers.nanos() + patience.toNanos(), done));
        check(); // the news may have come between the first look and the entry in the queue
        watchDeadlines();
        return done;
    }

    /** Some member has applied more, or is out of reach. */
    void check() {
        if (waiters.isEmpty()) {
            return;
        }
        long now = timers.nanos();
        List<Waiter> ready = new ArrayList<>();
        for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
            Waiter waiter = each.next();
            if (now - waiter.deadline() >= 0 || everywhere.test(waiter.index())) {
                each.remove();
                ready.add(waiter);
            }
        }
        ready.forEach(waiter -> waiter.done().complete(null));
    }

    private void watchDeadlines() {
        if (!waiters.isEmpty() && watching.compareAndSet(false, true)) {
            timers.after(look, () -> {
                watching.set(false);
                check();
                watchDeadlines();
            });
        }
    }
}
