package org.trestle.cluster.raft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** How far this node's machine has come in the Raft log, and who waits for it to come further. Any thread. */
final class AppliedIndex {
    private record Waiter(long index, Runnable task) {}

    private final Object lock = new Object();
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::index));
    private volatile long index;

    long index() {
        return index;
    }

    /** Runs {@code task} once the machine has applied the entry at {@code wanted}: at once, or on the applying thread. */
    void await(long wanted, Runnable task) {
        synchronized (lock) {
            if (index < wanted) {
                waiters.add(new Waiter(wanted, task));
                return;
            }
        }
        task.run();
    }

    void advance(long applied) {
        List<Runnable> ready = new ArrayList<>();
        synchronized (lock) {
            index = Math.max(index, applied);
            while (!waiters.isEmpty() && waiters.peek().index <= index) {
                ready.add(waiters.remove().task);
            }
        }
        ready.forEach(Runnable::run);
    }
}
