package org.trestle.turn.stun;

import java.util.BitSet;

/** Which attributes below 0x8000 an agent understands; for the others it must not act (RFC 8489 section 6.3). */
public final class KnownAttributes {
    private final BitSet known = new BitSet();

    public KnownAttributes(int... types) {
        for (int type : types) {
            known.set(type);
        }
    }

    /** These and one more. */
    public KnownAttributes and(int type) {
        KnownAttributes more = new KnownAttributes(type);
        more.known.or(known);
        return more;
    }

    /** Whether {@code type} must be understood and is not. */
    public boolean isUnknown(int type) {
        return !AttributeType.isOptional(type) && !known.get(type);
    }

    public boolean anyUnknown(StunMessage message) {
        for (int i = 0; i < message.attributes(); i++) {
            if (isUnknown(message.attribute(i))) {
                return true;
            }
        }
        return false;
    }
}
