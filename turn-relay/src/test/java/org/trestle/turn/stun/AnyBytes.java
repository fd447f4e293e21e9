package org.trestle.turn.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Everything that the codec can be asked about bytes that may be no message. */
final class AnyBytes {
    private static final byte[] KEY = new byte[16];

    static void read(byte[] input) {
        ByteBuf bytes = Unpooled.wrappedBuffer(input);
        if (input.length >= Framing.PREFIX) {
            int length = Framing.frameLength(bytes, 0);
            assertTrue(length == Framing.NOT_TURN || (length >= 4 && length <= 65_555 && length % 4 == 0));
        }
        StunMessage message = new StunMessage();
        if (!message.read(bytes)) {
            return;
        }
        assertEquals(input.length, message.length());
        XorAddress address = new XorAddress();
        int covered = 0;
        for (int i = 0; i < message.attributes(); i++) {
            int at = message.offset(i);
            assertTrue(at + message.length(at) <= input.length && at > covered);
            covered = at;
            address.read(message, at);
            message.text(message.attribute(i));
            message.value(message.attribute(i));
            message.number(message.attribute(i), 4, 4);
        }
        Fingerprint.isRightOrAbsent(message);
        new Integrity().check(message, KEY);
        message.method();
        assertEquals(0, bytes.readerIndex());
    }

    private AnyBytes() {}
}
