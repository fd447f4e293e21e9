package org.trestle.cluster.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.trestle.cluster.time.Timers;

/**
 * One process of a simulated node: its timers and messages wait while it is frozen (as by SIGSTOP; the clock goes on) and
 * never run once it is killed. A node that starts again is another process.
 */
public final class SimProcess implements Timers, Executor {
    private final SimTimers world;
    private final Queue<Runnable> backlog = new ArrayDeque<>();
    private boolean frozen;
    private boolean killed;

    public SimProcess(SimTimers world) {
        this.world = world;
    }

    @Override
    public long nanos() {
        return world.nanos();
    }

    @Override
    public Instant now() {
        return world.now();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        boolean[] cancelled = new boolean[1];
        Timer timer = world.after(
                delay,
                () -> execute(() -> {
                    if (!cancelled[0]) {
                        task.run();
                    }
                }));
        return () -> {
            cancelled[0] = true;
            timer.cancel();
        };
    }

    /** Runs the task now, or when the process is thawed, or never. */
    @Override
    public void execute(Runnable task) {
        if (frozen) {
            backlog.add(task);
        } else if (!killed) {
            task.run();
        }
    }

    public boolean running() {
        return !frozen && !killed;
    }

    public boolean frozen() {
        return frozen;
    }

    public boolean killed() {
        return killed;
    }

    public void freeze() {
        frozen = !killed;
    }

    /** Goes on, first with what came up meanwhile. */
    public void thaw() {
        frozen = false;
        for (Runnable task = backlog.poll(); task != null; task = backlog.poll()) {
            execute(task);
        }
    }

    public void kill() {
        killed = true;
        frozen = false;
        backlog.clear();
    }
}
