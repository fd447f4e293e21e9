package org.trestle.turn.relay;

/** One client's right to relay (RFC 8656 section 3.2), on the loop of its relay. */
public final class Allocation {
    final long id;

    Allocation(long id) {
        this.id = id;
    }

    public long id() {
        return id;
    }
}
