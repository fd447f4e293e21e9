package org.trestle.turn.stun;

import org.jspecify.annotations.Nullable;

/** The methods that this relay knows: RFC 8489 (Binding), RFC 8656 (TURN) and RFC 6062 (TURN over TCP to the peer). */
public enum StunMethod {
    BINDING(0x001),
    ALLOCATE(0x003),
    REFRESH(0x004),
    SEND(0x006),
    DATA(0x007),
    CREATE_PERMISSION(0x008),
    CHANNEL_BIND(0x009),
    CONNECT(0x00a),
    CONNECTION_BIND(0x00b),
    CONNECTION_ATTEMPT(0x00c);

    private static final @Nullable StunMethod[] BY_NUMBER = new @Nullable StunMethod[0x10];
    private final int number;

    static {
        for (StunMethod method : values()) {
            BY_NUMBER[method.number] = method;
        }
    }

    StunMethod(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** Whether there are requests of this method; Send, Data and ConnectionAttempt are indications only. */
    public boolean hasRequests() {
        return this != SEND && this != DATA && this != CONNECTION_ATTEMPT;
    }

    /** The first 16 bits of a message of this method and {@code messageClass} (RFC 8489 section 5). */
    public int type(StunClass messageClass) {
        return ((number & 0xf80) << 2) | ((number & 0x70) << 1) | (number & 0xf) | messageClass.bits();
    }

    static @Nullable StunMethod ofType(int type) {
        int number = ((type >> 2) & 0xf80) | ((type >> 1) & 0x70) | (type & 0xf);
        return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
