package org.trestle.xmpp.session;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What becomes of a client that wants a resource which another session of its account has (RFC 6120 7.7.2.2). */
public enum ConflictPolicy {
    /** The new session gets the resource, the other one ends with {@code conflict}. What clients after a lost connection need. */
    REPLACE,
    /** The new session is refused with {@code conflict}. A session that waits to be resumed on the same node is in nobody's way. */
    REFUSE,
    /** The new session gets a resource that begins with what it wanted. */
    RENAME;

    /** The name of the replicated setting; its value is the name of the policy in lower case. */
    public static final String SETTING = "resource_conflict";

    /** The policy of that name, or null. */
    public static @Nullable ConflictPolicy of(@Nullable String name) {
        for (ConflictPolicy policy : values()) {
            if (policy.word().equals(name)) {
                return policy;
            }
        }
        return null;
    }

    /** The name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
