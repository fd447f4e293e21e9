package org.trestle.turn.credentials;

/** A name with one password that has no end: for equipment that knows nothing better. */
public record StaticUser(String name, String password) {
    /** The most octets of a name (RFC 8489 14.3 has fewer than 509). */
    public static final int LONGEST_NAME = 508;

    public StaticUser {
        if (name.isEmpty() || password.isEmpty()) {
            throw new IllegalArgumentException("a user needs a name and a password");
        }
    }

    @Override
    public String toString() {
        return "StaticUser[" + name + "]";
    }
}
