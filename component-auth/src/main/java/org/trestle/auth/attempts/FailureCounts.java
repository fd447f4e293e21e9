package org.trestle.auth.attempts;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Failures by key, each forgotten after its time. What is kept of a key is one moment: when the last of its failures will
 * be forgotten. There are two generations of keys, so that the oldest half goes at once when there are too many. Any thread.
 */
final class FailureCounts {
    private final long recovery;
    private final int most;
    private final AtomicReference<Generations> generations =
            new AtomicReference<>(new Generations(new ConcurrentHashMap<>(), new ConcurrentHashMap<>()));
    private final LongAdder forgotten = new LongAdder();

    private record Generations(ConcurrentHashMap<String, Long> present, ConcurrentHashMap<String, Long> former) {
        @Nullable
        Long get(String key) {
            Long found = present.get(key);
            return found == null ? former.get(key) : found;
        }
    }

    FailureCounts(Budget budget, int remembered) {
        this.recovery = budget.recovery().toNanos();
        this.most = remembered;
    }

    /** Whether fewer than {@code free} failures are remembered. */
    boolean below(String key, int free, long now) {
        Long clear = generations().get(key);
        return clear == null || failures(clear, now) < free;
    }

    /** Counts one more, when fewer than {@code free} are remembered; false, with all as before, when not. */
    boolean add(String key, int free, long now) {
        Generations all = roomFor(key);
        boolean[] counted = {false};
        all.present().compute(key, (same, present) -> {
            Long clear = present == null ? all.former().get(key) : present;
            counted[0] = clear == null || failures(clear, now) < free;
            if (!counted[0]) {
                return clear;
            }
            return (clear == null || clear - now < 0 ? now : clear) + recovery;
        });
        return counted[0];
    }

    /** Takes one back. */
    void remove(String key, long now) {
        Generations all = generations();
        all.present().computeIfPresent(key, (same, clear) -> clear - recovery - now <= 0 ? null : clear - recovery);
    }

    void clear(String key) {
        Generations all = generations();
        all.present().remove(key);
        all.former().remove(key);
    }

    /** How many keys were dropped while their failures counted, because there were too many. */
    long forgotten() {
        return forgotten.sum();
    }

    /** A failure that is half forgotten counts as one. */
    private long failures(long clear, long now) {
        long left = clear - now;
        return left <= 0 ? 0 : (left + recovery - 1) / recovery;
    }

    private Generations roomFor(String key) {
        Generations all = generations();
        if (all.present().size() < most / 2 || all.present().containsKey(key)) {
            return all;
        }
        Generations next = new Generations(new ConcurrentHashMap<>(), all.present());
        if (generations.compareAndSet(all, next)) {
            forgotten.add(all.former().size());
        }
        return generations();
    }

    private Generations generations() {
        return Objects.requireNonNull(generations.get());
    }
}
