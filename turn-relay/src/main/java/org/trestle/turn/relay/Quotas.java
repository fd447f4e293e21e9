package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;

/** How much one account, and all together, may use. Shared by the relays of all loops: thread-safe, never waits. */
public interface Quotas {

    /**
     * Takes one allocation for {@code account}.
     *
     * @return null, or {@link Refusal#USER_QUOTA} or {@link Refusal#TOTAL_QUOTA}: then nothing was taken
     */
    @Nullable
    Refusal take(String account);

    /** Gives back what {@link #take} took. */
    void giveBack(String account);

    /** The bandwidth of {@code account}, shared by its allocations; null when there is no limit. */
    @Nullable
    TokenBucket bandwidth(String account);

    /** The bandwidth of all allocations together; null when there is no limit. */
    @Nullable
    TokenBucket totalBandwidth();
}
