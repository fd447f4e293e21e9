package org.trestle.auth.scram;

import org.jspecify.annotations.Nullable;

/** Where the keys of accounts come from. */
@FunctionalInterface
public interface Credentials {

    /**
     * The keys of an account, or null when there is no such account. Answers at once, from memory.
     *
     * @param jid a bare Jid, normalised
     */
    @Nullable
    ScramKeys keys(String jid);
}
