package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;

/** Between buffers and arrays. */
final class Bytes {

    /** The readable bytes of {@code buffer}, which is released. */
    static byte[] take(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        return bytes;
    }

    private Bytes() {}
}
