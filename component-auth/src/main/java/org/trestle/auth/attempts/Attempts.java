package org.trestle.auth.attempts;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed logins of one node, and says who has to wait. Right passwords cost nothing. Accounts that do not exist are
 * counted like others, so that nobody learns from it which do. Any thread.
 */
public final class Attempts {
    private static final int SINGLE = 1;

    private final AttemptLimits limits;
    private final LongSupplier nanoTime;
    private final FailureCounts addresses;
    private final FailureCounts pairs;
    private final FailureCounts accounts;
    private final LongAdder refusedAddresses = new LongAdder();
    private final LongAdder refusedAccounts = new LongAdder();

    /** @param nanoTime a clock as {@link System#nanoTime} */
    public Attempts(AttemptLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.addresses = new FailureCounts(limits.perAddress(), limits.remembered());
        this.pairs = new FailureCounts(limits.perAccountAndAddress(), limits.remembered());
        this.accounts = new FailureCounts(limits.perAccount(), limits.remembered());
    }

    /** With the usual limits and the machine's clock. */
    public static Attempts standard() {
        return new Attempts(AttemptLimits.DEFAULT, System::nanoTime);
    }

    /** A try from an address, which has to say how it ended. */
    public Try begin(@Nullable InetAddress peer) {
        return new Try(network(peer));
    }

    /** How often somebody was turned away because of too many failures from his address. */
    public long refusedAddresses() {
        return refusedAddresses.sum();
    }

    /** How often somebody was turned away because of too many failures for this account. */
    public long refusedAccounts() {
        return refusedAccounts.sum();
    }

    /** How many counts were dropped too early because there were too many of them. */
    public long forgotten() {
        return addresses.forgotten() + pairs.forgotten() + accounts.forgotten();
    }

    /** A whole IPv6 network of 64 bits is one peer, because that is what one host can use at will. */
    private static String network(@Nullable InetAddress peer) {
        if (peer == null) {
            return "local";
        }
        byte[] octets = peer.getAddress();
        return HexFormat.of().formatHex(peer instanceof Inet6Address ? Arrays.copyOf(octets, 8) : octets);
    }

    /** One try. One caller at a time. */
    public final class Try {
        private final String address;
        private @Nullable String account;
        private @Nullable String pair;

        private Try(String address) {
            this.address = address;
        }

        /**
         * Whether the password of this account may be looked at now. Counts as a failure of the account from this address
         * until it is said to be none, so that many tries at the same time gain nothing.
         *
         * @param jid a bare Jid, normalised
         */
        public boolean take(String jid) {
            long now = nanoTime.getAsLong();
            if (!addresses.below(address, limits.perAddress().failures(), now)) {
                refusedAddresses.increment();
                return false;
            }
            boolean guessedAt = !accounts.below(jid, limits.perAccount().failures(), now);
            int free = guessedAt ? SINGLE : limits.perAccountAndAddress().failures();
            String both = address + " " + jid;
            if (!pairs.add(both, free, now)) {
                refusedAccounts.increment();
                return false;
            }
            account = jid;
            pair = both;
            return true;
        }

        /** The password was right: what was counted for the account from this address is forgotten. */
        public void right() {
            if (pair != null) {
                pairs.clear(pair);
            }
        }

        /** The password was wrong. */
        public void wrong() {
            long now = nanoTime.getAsLong();
            addresses.add(address, limits.perAddress().failures(), now);
            if (account != null) {
                accounts.add(account, limits.perAccount().failures(), now);
            }
        }

        /** Nobody looked at the password after all. */
        public void undone() {
            if (pair != null) {
                pairs.remove(pair, nanoTime.getAsLong());
            }
        }
    }
}
