package org.trestle.turn.policy;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.AddressCounts;
import org.trestle.turn.relay.Quotas;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.relay.TokenBucket;
import org.trestle.turn.stun.TransportAddress;

/** Counts what accounts and client addresses have. Each is held only while it has an allocation. Any thread. */
public final class AccountQuotas implements Quotas {
    private final Limits limits;
    private final AtomicInteger total = new AtomicInteger();
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final AddressCounts perAddress;
    private final @Nullable TokenBucket totalBandwidth;

    /**
     * How much at most.
     *
     * @param allocations of all accounts together
     * @param perAccount allocations of one account
     * @param perAddress allocations of one client address or, in IPv6, of one /64 network, by whichever accounts
     * @param bytesPerAccount bytes a second of one account; 0 is without limit
     * @param bytes of all accounts; likewise
     */
    public record Limits(int allocations, int perAccount, int perAddress, long bytesPerAccount, long bytes) {
        /** Half of the usual relay range: many clients, or a conference server, may be behind one address. */
        public static final int DEFAULT_PER_ADDRESS = 3_000;

        /** With {@link #DEFAULT_PER_ADDRESS}. */
        public Limits(int allocations, int perAccount, long bytesPerAccount, long bytes) {
            this(allocations, perAccount, DEFAULT_PER_ADDRESS, bytesPerAccount, bytes);
        }
    }

    /** Never changed: a change makes another one. */
    private record Account(int allocations, @Nullable TokenBucket bandwidth) {
        Account with(int number) {
            return new Account(number, bandwidth);
        }
    }

    public AccountQuotas(Limits limits) {
        this.limits = limits;
        this.perAddress = new AddressCounts(limits.perAddress());
        this.totalBandwidth = bucket(limits.bytes());
    }

    private static @Nullable TokenBucket bucket(long bytes) {
        return bytes == 0 ? null : new TokenBucket(bytes);
    }

    @Override
    public @Nullable Refusal take(String account, TransportAddress client) {
        if (total.incrementAndGet() > limits.allocations()) {
            total.decrementAndGet();
            return Refusal.TOTAL_QUOTA;
        }
        if (!perAddress.take(client)) {
            total.decrementAndGet();
            return Refusal.ADDRESS_QUOTA;
        }
        boolean[] taken = new boolean[1];
        accounts.compute(account, (name, before) -> {
            Account now = before == null ? new Account(0, bucket(limits.bytesPerAccount())) : before;
            taken[0] = now.allocations() < limits.perAccount();
            return taken[0] ? now.with(now.allocations() + 1) : before;
        });
        if (!taken[0]) {
            perAddress.giveBack(client);
            total.decrementAndGet();
            return Refusal.USER_QUOTA;
        }
        return null;
    }

    @Override
    public void giveBack(String account, TransportAddress client) {
        accounts.computeIfPresent(account, (name, before) -> {
            total.decrementAndGet();
            perAddress.giveBack(client);
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

    /** Client addresses that have an allocation now. */
    public int addresses() {
        return perAddress.addresses();
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
