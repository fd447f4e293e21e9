package org.trestle.cluster.raft;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.time.Timers;

/**
 * Gathers this node's commands into batches: one batch is under way at a time, and all that wait meanwhile make the next
 * one. What waits is bounded in bytes and in time.
 */
final class CommandPump {
    /** Bytes of commands in one batch; a longer command travels alone. */
    static final int BATCH_BYTES = 256 << 10;
    /** Bytes of one command. */
    static final int COMMAND_BYTES = 512 << 10;

    private static final int OVERHEAD = 64;
    private static final Duration SWEEP = Duration.ofMillis(100);

    private static final class Waiting {
        final Batch.Kind kind;
        final byte[] command;
        final long deadline;
        final CompletableFuture<byte[]> result = new CompletableFuture<>();

        Waiting(Batch.Kind kind, byte[] command, long deadline) {
            this.kind = kind;
            this.command = command;
            this.deadline = deadline;
        }

        int cost() {
            return command.length + OVERHEAD;
        }
    }

    private final Object lock = new Object();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final Deque<Waiting> sent = new ArrayDeque<>();
    private final AtomicLong pending = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final long node;
    private final LogTuning tuning;
    private final Timers timers;
    private final Executor raftThread;
    private final AppliedIndex applied;
    private @Nullable LeaderSession session;
    private long epoch;
    private long next = 1;
    private boolean underWay;
    private boolean sweeping;
    private volatile boolean closed;

    CommandPump(long node, LogTuning tuning, Timers timers, Executor raftThread, AppliedIndex applied) {
        this.node = node;
        this.tuning = tuning;
        this.timers = timers;
        this.raftThread = raftThread;
        this.applied = applied;
    }

    /** Queues one command. Any thread. */
    CompletableFuture<byte[]> submit(Batch.Kind kind, byte[] command) {
        if (command.length > COMMAND_BYTES) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "a command of " + command.length + " bytes; at most " + COMMAND_BYTES + " fit"));
        }
        Waiting waiting =
                new Waiting(kind, command, timers.nanos() + tuning.submit().toNanos());
        if (closed) {
            return CompletableFuture.failedFuture(
                    new ClusterUnavailableException("this node's log is closed; the command was not sent"));
        }
        if (pending.addAndGet(waiting.cost()) > tuning.pending()) {
            pending.addAndGet(-waiting.cost());
            return CompletableFuture.failedFuture(new ClusterUnavailableException(
                    "more than " + tuning.pending() + " bytes of commands wait already; the command was not sent"));
        }
        boolean first;
        synchronized (lock) {
            queue.add(waiting);
            first = !sweeping;
            sweeping = true;
        }
        if (first) {
            sweepLater();
        }
        wake();
        return waiting.result;
    }

    /** Bytes that wait, for the metric. Any thread. */
    long pending() {
        return pending.get();
    }

    /** On the Raft thread, when the session is there for the first time; {@code run} tells this run from all others. */
    void begin(LeaderSession opened, long run) {
        session = opened;
        epoch = run;
        pump();
    }

    void close() {
        closed = true;
        List<Waiting> left = new ArrayList<>();
        synchronized (lock) {
            left.addAll(queue);
            left.addAll(sent);
            queue.clear();
            sent.clear();
        }
        left.forEach(waiting -> waiting.result.completeExceptionally(new ClusterUnavailableException(
                "this node's log was closed; the command may have taken effect or not")));
    }

    private void wake() {
        if (scheduled.compareAndSet(false, true)) {
            raftThread.execute(() -> {
                scheduled.set(false);
                pump();
            });
        }
    }

    private void pump() {
        LeaderSession ready = session;
        if (underWay || ready == null || closed) {
            return;
        }
        List<Waiting> batch = take();
        if (batch.isEmpty()) {
            return;
        }
        underWay = true;
        List<byte[]> commands = batch.stream().map(waiting -> waiting.command).toList();
        Batch entry = new Batch(node, epoch, next, batch.get(0).kind, commands);
        next = entry.last() + 1;
        ready.submit(entry.encode(), (index, results) -> {
            underWay = false;
            applied.await(index, () -> complete(batch, results));
            pump();
        });
    }

    private List<Waiting> take() {
        List<Waiting> batch = new ArrayList<>();
        synchronized (lock) {
            long bytes = 0;
            while (!queue.isEmpty()) {
                Waiting head = queue.element();
                boolean fits =
                        batch.isEmpty() || (bytes + head.cost() <= BATCH_BYTES && batch.get(0).kind == head.kind);
                if (!fits) {
                    break;
                }
                bytes += head.cost();
                batch.add(queue.remove());
            }
            sent.addAll(batch);
        }
        return batch;
    }

    private void complete(List<Waiting> batch, byte[] encoded) {
        synchronized (lock) {
            for (int i = 0; i < batch.size(); i++) {
                sent.poll();
            }
        }
        List<byte[]> results = Batch.decodeResults(encoded);
        for (int i = 0; i < batch.size(); i++) {
            Waiting waiting = batch.get(i);
            pending.addAndGet(-waiting.cost());
            byte[] outcome = i < results.size() ? results.get(i) : new byte[0];
            if (Outcome.isFailed(outcome)) {
                waiting.result.completeExceptionally(
                        new IllegalStateException("the state machine failed: " + Outcome.failure(outcome)));
            } else {
                waiting.result.complete(Outcome.body(outcome));
            }
        }
    }

    private void sweepLater() {
        timers.after(SWEEP, () -> {
            if (!closed && sweep()) {
                sweepLater();
            }
        });
    }

    /** False when nothing waits any more: an idle node has no use for a timer. */
    private boolean sweep() {
        long now = timers.nanos();
        List<Waiting> unsent = new ArrayList<>();
        List<Waiting> unknown = new ArrayList<>();
        boolean more;
        synchronized (lock) {
            while (!queue.isEmpty() && now - queue.element().deadline > 0) {
                unsent.add(queue.remove());
            }
            sent.stream().takeWhile(waiting -> now - waiting.deadline > 0).forEach(unknown::add);
            sweeping = !queue.isEmpty() || !sent.isEmpty();
            more = sweeping;
        }
        unsent.forEach(waiting -> {
            pending.addAndGet(-waiting.cost());
            waiting.result.completeExceptionally(new ClusterUnavailableException(
                    "no quorum of the cluster could be reached; the command was not sent and has no effect"));
        });
        unknown.forEach(waiting -> waiting.result.completeExceptionally(new ClusterUnavailableException(
                "no quorum of the cluster answered in time; the command may have taken effect or not")));
        return more;
    }

    static long position(byte[] barrier) {
        return ByteBuffer.wrap(barrier).getLong();
    }
}
