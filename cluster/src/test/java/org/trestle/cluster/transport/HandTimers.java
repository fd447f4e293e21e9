package org.trestle.cluster.transport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.trestle.cluster.time.Timers;

/** Time that stands still until a test moves it, and that says for how long it was asked to wait. */
final class HandTimers implements Timers {
    private static final Instant BEGIN = Instant.now();

    private record Task(long at, Runnable run) {}

    private final Object lock = new Object();
    private final List<Task> tasks = new ArrayList<>();
    private long now = 1;

    /** Every delay that was asked for, in order. */
    final BlockingQueue<Duration> delays = new LinkedBlockingQueue<>();

    @Override
    public long nanos() {
        synchronized (lock) {
            return now;
        }
    }

    @Override
    public Instant now() {
        return BEGIN.plusNanos(nanos());
    }

    @Override
    public Timer after(Duration delay, Runnable run) {
        Task task;
        synchronized (lock) {
            task = new Task(now + delay.toNanos(), run);
            tasks.add(task);
        }
        delays.add(delay);
        return () -> {
            synchronized (lock) {
                tasks.remove(task);
            }
        };
    }

    void advance(Duration by) {
        synchronized (lock) {
            now += by.toNanos();
        }
        for (Optional<Task> due = due(); due.isPresent(); due = due()) {
            due.get().run().run();
        }
    }

    private Optional<Task> due() {
        synchronized (lock) {
            Optional<Task> first =
                    tasks.stream().filter(task -> task.at() <= now).findFirst();
            first.ifPresent(tasks::remove);
            return first;
        }
    }
}
