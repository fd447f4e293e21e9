package org.trestle.turn.stun;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32;

/** FINGERPRINT: CRC-32 of what stands before it, xor "STUN" (RFC 8489 section 14.7). */
public final class Fingerprint {
    private static final int STUN = 0x5354554e;

    static int of(ByteBuf bytes, int start, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes.nioBuffer(start, length));
        return (int) crc.getValue() ^ STUN;
    }

    /** Whether {@code message} has no fingerprint or a right one. */
    public static boolean isRightOrAbsent(StunMessage message) {
        int at = message.find(AttributeType.FINGERPRINT);
        if (at < 0) {
            return true;
        }
        int before = at - 4 - message.start();
        return message.length(at) == 4 && message.bytes().getInt(at) == of(message.bytes(), message.start(), before);
    }

    private Fingerprint() {}
}
