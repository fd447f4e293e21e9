package org.trestle.turn.stun;

/** The four classes of a STUN message (RFC 8489 section 5), in the order of their two bits. */
public enum StunClass {
    REQUEST(0x000),
    INDICATION(0x010),
    SUCCESS(0x100),
    ERROR(0x110);

    private static final StunClass[] BY_BITS = values();
    private final int bits;

    StunClass(int bits) {
        this.bits = bits;
    }

    /** The class bits as they stand in the message type. */
    public int bits() {
        return bits;
    }

    static StunClass ofType(int type) {
        return BY_BITS[((type >> 7) & 2) | ((type >> 4) & 1)];
    }
}
