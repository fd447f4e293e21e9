package org.trestle.turn.relay;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Quotas with the same limits for each account. What an account uses is forgotten when its last allocation ends, so the
 * book is never larger than the number of allocations. A bandwidth that was used up is full again after a second, so
 * forgetting it gives nobody more than a burst.
 */
public final class QuotaBook implements Quotas {
    private final Limits limits;
    private final ConcurrentHashMap<String, Used> accounts = new ConcurrentHashMap<>();
    private final AtomicInteger total = new AtomicInteger();
    private final @Nullable TokenBucket totalBandwidth;

    /**
     * Limits; 0 means none.
     *
     * @param allocationsPerUser at once
     * @param allocations of all users at once
     * @param bytesPerSecondPerUser of all allocations of one account, both directions together
     * @param bytesPerSecond of all allocations
     */
    public record Limits(int allocationsPerUser, int allocations, long bytesPerSecondPerUser, long bytesPerSecond) {
        public static final Limits NONE = new Limits(0, 0, 0, 0);
    }

    /** Immutable, so that taking and giving back are one step of the map. */
    private record Used(int allocations, @Nullable TokenBucket bandwidth) {}

    public QuotaBook(Limits limits) {
        this.limits = limits;
        this.totalBandwidth = limits.bytesPerSecond() > 0 ? new TokenBucket(limits.bytesPerSecond()) : null;
    }

    @Override
    public @Nullable Refusal take(String account) {
        int all = total.incrementAndGet();
        if (limits.allocations() > 0 && all > limits.allocations()) {
            total.decrementAndGet();
            return Refusal.TOTAL_QUOTA;
        }
        boolean[] taken = new boolean[1];
        accounts.compute(account, (name, used) -> {
            int now = used == null ? 0 : used.allocations();
            taken[0] = limits.allocationsPerUser() <= 0 || now < limits.allocationsPerUser();
            return taken[0] ? new Used(now + 1, used == null ? newBucket() : used.bandwidth()) : used;
        });
        if (!taken[0]) {
            total.decrementAndGet();
            return Refusal.USER_QUOTA;
        }
        return null;
    }

    @Override
    public void giveBack(String account) {
        accounts.computeIfPresent(
                account,
                (name, used) -> used.allocations() == 1 ? null : new Used(used.allocations() - 1, used.bandwidth()));
        total.decrementAndGet();
    }

    @Override
    public @Nullable TokenBucket bandwidth(String account) {
        Used used = accounts.get(account);
        return used == null ? null : used.bandwidth();
    }

    @Override
    public @Nullable TokenBucket totalBandwidth() {
        return totalBandwidth;
    }

    /** Allocations of {@code account} now. */
    public int allocationsOf(String account) {
        Used used = accounts.get(account);
        return used == null ? 0 : used.allocations();
    }

    /** Allocations of all accounts now. */
    public int allocations() {
        return total.get();
    }

    /** How many accounts have allocations now. */
    public int accounts() {
        return accounts.size();
    }

    private @Nullable TokenBucket newBucket() {
        return limits.bytesPerSecondPerUser() > 0 ? new TokenBucket(limits.bytesPerSecondPerUser()) : null;
    }
}
