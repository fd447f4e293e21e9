package org.trestle.turn.policy;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.Quotas;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.relay.TokenBucket;

/** Counts what accounts have. An account is held only while it has an allocation. Any thread. */
public final class AccountQuotas implements Quotas {
    private final Limits limits;
    private final AtomicInteger total = new AtomicInteger();
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final @Nullable TokenBucket totalBandwidth;

    /**
     * How much at most.
     *
     * @param allocations of all accounts together
     * @param perAccount allocations of one account
     * @param bytesPerAccount bytes a second of one account; 0 is without limit
     * @param bytes of all accounts; likewise
     */
    public record Limits(int allocations, int perAccount, long bytesPerAccount, long bytes) {}

    /** Never changed: a change makes another one. */
    private record Account(int allocations, @Nullable TokenBucket bandwidth) {
        Account with(int number) {
            return new Account(number, bandwidth);
        }
    }

    public AccountQuotas(Limits limits) {
        this.limits = limits;
        this.totalBandwidth = bucket(limits.bytes());
    }

    private static @Nullable TokenBucket bucket(long bytes) {
        return bytes == 0 ? null : new TokenBucket(bytes);
    }

    @Override
    public @Nullable Refusal take(String account) {
        if (total.incrementAndGet() > limits.allocations()) {
            total.decrementAndGet();
            return Refusal.TOTAL_QUOTA;
        }
        boolean[] taken = new boolean[1];
        accounts.compute(account, (name, before) -> {
            Account now = before == null ? new Account(0, bucket(limits.bytesPerAccount())) : before;
            taken[0] = now.allocations() < limits.perAccount();
            return taken[0] ? now.with(now.allocations() + 1) : before;
        });
        if (!taken[0]) {
            total.decrementAndGet();
            return Refusal.USER_QUOTA;
        }
        return null;
    }

    @Override
    public void giveBack(String account) {
        accounts.computeIfPresent(account, (name, before) -> {
            total.decrementAndGet();
            return before.allocations() > 1 ? before.with(before.allocations() - 1) : null;
        });
    }

    @Override
    public @Nullable TokenBucket bandwidth(String account) {
        Account known = accounts.get(account);
        return known == null ? null : known.bandwidth();
    }

    @Override
    public @Nullable TokenBucket totalBandwidth() {
        return totalBandwidth;
    }

    /** Allocations now, of all accounts. */
    public int total() {
        return total.get();
    }

    /** The most that there may be. */
    public int most() {
        return limits.allocations();
    }

    /** Allocations now by account. */
    public Map<String, Integer> byAccount() {
        Map<String, Integer> counts = new TreeMap<>();
        accounts.forEach((name, account) -> counts.put(name, account.allocations()));
        return counts;
    }
}
