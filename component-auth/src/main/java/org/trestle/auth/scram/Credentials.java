package org.trestle.auth.scram;

import org.jspecify.annotations.Nullable;

/** Where the keys of accounts come from. */
@FunctionalInterface
public interface Credentials {

    /**
     * The keys of an account, or null when there is no such account that may be used. Answers at once, from memory.
     *
     * @param jid a bare Jid, normalised
     */
    @Nullable
    ScramKeys keys(String jid);

    /** Why an account may not be used although it exists. */
    enum Bar {
        /** An administrator has disabled it. */
        DISABLED,
        /** It was for a time that is over. */
        EXPIRED
    }

    /** An account that nobody may log in to, with its keys: who knows the password may learn why. */
    record Closed(ScramKeys keys, Bar bar) {}

    /** The account when it exists and may not be used; null else, and then {@link #keys} says whether there is one. */
    default @Nullable Closed closed(String jid) {
        return null;
    }

    /** Whether every account has a key for this hash function; if not, it is not offered, so that all can log in. */
    default boolean offers(ScramHash hash) {
        return true;
    }

    /**
     * Told when a password was right whose keys are not {@link ScramKeys#complete}; whoever keeps them may add what is
     * missing. Returns at once.
     *
     * @param password prepared
     */
    default void complete(String jid, String password) {}
}
