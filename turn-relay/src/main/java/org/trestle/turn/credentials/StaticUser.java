package org.trestle.turn.credentials;

import org.trestle.turn.stun.LongTermKey;

/**
 * A name with one password that has no end: for equipment that knows nothing better.
 *
 * @param name in the form that clients send (RFC 8489 section 14.3), however it was typed
 */
public record StaticUser(String name, String password) {
    /** The most octets of a name (RFC 8489 14.3 has fewer than 509). */
    public static final int LONGEST_NAME = 508;

    public StaticUser {
        if (name.isEmpty() || password.isEmpty()) {
            throw new IllegalArgumentException("a user needs a name and a password");
        }
        name = LongTermKey.opaque(name);
    }

    @Override
    public String toString() {
        return "StaticUser[" + name + "]";
    }
}
