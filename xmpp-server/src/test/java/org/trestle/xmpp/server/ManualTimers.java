package org.trestle.xmpp.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.trestle.cluster.time.Timers;

/** Time that stands still until the test moves it. */
final class ManualTimers implements Timers {
    private record Task(long due, Runnable run) {}

    private final List<Task> tasks = new ArrayList<>();
    private volatile long now;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public Timer after(Duration delay, Runnable run) {
        Task task = new Task(now + delay.toNanos(), run);
        synchronized (tasks) {
            tasks.add(task);
        }
        return () -> {
            synchronized (tasks) {
                tasks.remove(task);
            }
        };
    }

    void advance(Duration by) {
        long end = now + by.toNanos();
        for (Task next = due(end); next != null; next = due(end)) {
            now = next.due;
            next.run.run();
        }
        now = end;
    }

    private Task due(long end) {
        synchronized (tasks) {
            Task next = tasks.stream()
                    .min(Comparator.comparingLong(Task::due))
                    .filter(task -> task.due <= end)
                    .orElse(null);
            tasks.remove(next);
            return next;
        }
    }
}
