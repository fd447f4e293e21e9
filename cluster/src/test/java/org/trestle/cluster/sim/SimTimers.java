package org.trestle.cluster.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.time.Timers;

/**
 * The clock of a simulation: time passes only when the test lets it, and everything happens on the test's thread. What is
 * due at the same time runs in the order in which it was scheduled.
 */
public final class SimTimers implements Timers {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private static final class Task {
        final long due;
        final long order;

        @Nullable
        Runnable work;

        Task(long due, long order, Runnable work) {
            this.due = due;
            this.order = order;
            this.work = work;
        }
    }

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.<Task>comparingLong(task -> task.due).thenComparingLong(task -> task.order));
    private final long start = Duration.ofHours(1).toNanos();
    private long nanos = start;
    private long scheduled;
    private @Nullable Runnable afterEach;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant now() {
        return BEGINNING.plusNanos(nanos - start);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Task entry = new Task(nanos + Math.max(0, delay.toNanos()), scheduled++, task);
        tasks.add(entry);
        return () -> entry.work = null;
    }

    /** Runs {@code check} after every event from now on. */
    public void afterEach(Runnable check) {
        afterEach = check;
    }

    /** Goes on to the next event and runs it; false when there is none. */
    public boolean step() {
        Task next = tasks.poll();
        if (next == null) {
            return false;
        }
        run(next);
        return true;
    }

    /** Lets this much time pass, with all that happens in it. */
    public void advance(Duration time) {
        long end = nanos + time.toNanos();
        for (Task next = tasks.peek(); next != null && next.due <= end; next = tasks.peek()) {
            tasks.remove();
            run(next);
        }
        nanos = end;
    }

    /** Lets time pass until the condition holds; false when it does not within the limit. */
    public boolean advanceUntil(BooleanSupplier condition, Duration limit) {
        long end = nanos + limit.toNanos();
        while (!condition.getAsBoolean()) {
            Task next = tasks.peek();
            if (next == null || next.due > end) {
                nanos = end;
                return condition.getAsBoolean();
            }
            step();
        }
        return true;
    }

    private void run(Task task) {
        nanos = Math.max(nanos, task.due);
        Runnable work = task.work;
        if (work != null) {
            work.run();
            if (afterEach != null) {
                afterEach.run();
            }
        }
    }
}
