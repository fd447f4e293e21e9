package org.trestle.turn.relay;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.PasswordAlgorithm;

/**
 * Who may allocate. Asked on the event loop for each authenticated request, so it answers at once from local memory,
 * and a revocation counts from the next request on. Thread-safe.
 */
public interface Credentials {

    /** What is known of the user with this name; {@code username} are the bytes of the attribute, any bytes. */
    Answer byName(byte[] username);

    /** What is known of the user whose USERHASH is {@code userHash} (32 bytes; RFC 8489 section 14.4). */
    Answer byHash(byte[] userHash);

    /**
     * Whether {@link #byHash} knows every user. Only then are clients told that they may hide their name; one that is
     * told so sends USERHASH always.
     */
    default boolean knowsHashes() {
        return false;
    }

    /**
     * What the log says of a request in the name of a user who is known, when it proves none of the user's keys; empty for
     * the usual words. Without secrets.
     */
    default String mismatch(String username) {
        return "";
    }

    /** Known or not. */
    sealed interface Answer permits Known, Unknown {}

    /**
     * A user that exists.
     *
     * @param username the name as it stands in USERNAME: the allocation belongs to it (441 for another)
     * @param account whom the quotas count, for example the name without its expiry
     * @param keys the keys that count now; the order is the order in which they are tried, the likeliest first
     * @param retired keys that count no more but explain a refusal, each with its reason
     * @param expiresAtMillis when an allocation of this credential must be gone at the latest, as wall clock
     *     milliseconds; {@link Long#MAX_VALUE} for never (it may then be refreshed as long as the credential is known)
     */
    record Known(String username, String account, List<Key> keys, List<Retired> retired, long expiresAtMillis)
            implements Answer {}

    /**
     * No usable credential.
     *
     * @param reason what the log says of a request that proves none of {@code retired}; with {@code detail}
     * @param retired keys that count no more: the one that a request proves is the reason
     */
    record Unknown(Refusal reason, String detail, List<Retired> retired) implements Answer {}

    /** A key that no longer counts, for example of an epoch that was rotated away. */
    record Retired(Key key, Refusal reason, String detail) {}

    /** One password as the keys of the long-term mechanism. */
    interface Key {

        /** The name for the log and the counters, for example {@code epoch 7}; never secret. */
        String label();

        /** The key for {@code algorithm}, which must not be changed; null if it cannot be made. */
        byte @Nullable [] bytes(PasswordAlgorithm algorithm);
    }
}
