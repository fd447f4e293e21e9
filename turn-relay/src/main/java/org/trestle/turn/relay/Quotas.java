package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/** How much one account, and all together, may use. Shared by the relays of all loops: thread-safe, never waits. */
public interface Quotas {

    /**
     * Takes one allocation for {@code account}.
     *
     * @param client whose address counts too
     * @return null, or {@link Refusal#USER_QUOTA}, {@link Refusal#ADDRESS_QUOTA} or {@link Refusal#TOTAL_QUOTA}: then
     *     nothing was taken
     */
    @Nullable
    Refusal take(String account, TransportAddress client);

    /** Gives back what {@link #take} took for the same account and client. */
    void giveBack(String account, TransportAddress client);

    /** The bandwidth of {@code account}, shared by its allocations; null when there is no limit. */
    @Nullable
    TokenBucket bandwidth(String account);

    /** The bandwidth of all allocations together; null when there is no limit. */
    @Nullable
    TokenBucket totalBandwidth();
}
