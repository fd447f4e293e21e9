package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;

/** Takes what {@link FrameDecoder} found, on the link's event loop. */
interface FrameSink {

    /** Some bytes came, of a whole frame or not. */
    void heard();

    /** One frame; {@code body} is valid during the call only. */
    void frame(FrameKind kind, String subject, long id, ByteBuf body);

    /** What came is no frame; nothing more will be decoded. */
    void malformed(String why);
}
