package org.trestle.turn.stun;

import org.jspecify.annotations.Nullable;

/** Address families with their number in STUN attributes (RFC 8489 section 14.1). */
public enum AddressFamily {
    IPV4(1),
    IPV6(2);

    private final int number;

    AddressFamily(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public static @Nullable AddressFamily of(int number) {
        return number == 1 ? IPV4 : number == 2 ? IPV6 : null;
    }
}
