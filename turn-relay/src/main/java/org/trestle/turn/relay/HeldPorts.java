package org.trestle.turn.relay;

import org.trestle.turn.stun.AddressFamily;

/**
 * What the relay has of its range now. A port that it has for one transport and family may be somebody else's for the
 * others. Thread-safe, never waits.
 */
@FunctionalInterface
public interface HeldPorts {

    /**
     * Whether the relay has this port.
     *
     * @param tcp whether peers of TCP are meant (RFC 6062), else UDP
     */
    boolean holds(int port, AddressFamily family, boolean tcp);

    /** How many ports were given back so far: while this stays the same, no answer of {@link #holds} turns to no. */
    default long releases() {
        return 0;
    }
}
