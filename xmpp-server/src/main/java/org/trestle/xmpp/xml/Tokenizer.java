package org.trestle.xmpp.xml;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Cuts the bytes of one stream into tokens. Not thread-safe. */
public final class Tokenizer {
    private final XmlLimits limits;

    public Tokenizer(XmlLimits limits) {
        this.limits = limits;
    }

    /** Adds bytes that came; {@code in} is read to its end. */
    public void append(ByteBuf in) {
        in.skipBytes(in.readableBytes());
    }

    void append(byte[] in) {
        if (in.length > limits.maxBytes()) {
            throw new IllegalArgumentException("more bytes than the limit");
        }
    }

    /** The next token, or null when more bytes are needed. */
    public @Nullable Token next() {
        return null;
    }

    /** Bytes that have come and are in no token yet. */
    public int buffered() {
        return 0;
    }
}
