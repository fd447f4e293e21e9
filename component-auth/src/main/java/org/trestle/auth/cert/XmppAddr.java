package org.trestle.auth.cert;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the DER of an {@code otherName} (RFC 5280 section 4.2.1.6): a sequence of an object identifier and, tagged, its value;
 * here {@code id-on-xmppAddr} and a UTF8String.
 */
final class XmppAddr {
    private static final int SEQUENCE = 0x30;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int VALUE = 0xA0;
    private static final int UTF8_STRING = 0x0C;

    /** 1.3.6.1.5.5.7.8.5 */
    private static final byte[] ID = {0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x05};

    private XmppAddr() {}

    /** The text, or null when it is another kind of name, or damaged. */
    static @Nullable String read(byte[] otherName) {
        ByteBuffer whole = ByteBuffer.wrap(otherName);
        // Java hands the sequence over under the tag of a general name, [0], or under its own.
        ByteBuffer sequence = content(whole, SEQUENCE);
        if (sequence == null) {
            whole.rewind();
            sequence = content(whole, VALUE);
        }
        ByteBuffer id = sequence == null ? null : content(sequence, OBJECT_IDENTIFIER);
        if (id == null || sequence == null || !Arrays.equals(octets(id), ID)) {
            return null;
        }
        ByteBuffer value = content(sequence, VALUE);
        // Some Java versions leave the tag of the value out, others double it.
        ByteBuffer inner = value == null ? sequence : value;
        ByteBuffer again =
                inner.hasRemaining() && (inner.get(inner.position()) & 0xff) == VALUE ? content(inner, VALUE) : inner;
        ByteBuffer text = again == null ? null : content(again, UTF8_STRING);
        return text == null ? null : utf8(text);
    }

    /** What is inside the next element when it has this tag; null, with nothing read, when not. */
    private static @Nullable ByteBuffer content(ByteBuffer in, int tag) {
        if (in.remaining() < 2 || (in.get(in.position()) & 0xff) != tag) {
            return null;
        }
        in.get();
        int length = in.get() & 0xff;
        if (length >= 0x80) {
            int octets = length & 0x7f;
            if (octets == 0 || octets > 2 || in.remaining() < octets) {
                return null;
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | (in.get() & 0xff);
            }
        }
        if (length > in.remaining()) {
            return null;
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    private static byte[] octets(ByteBuffer in) {
        byte[] read = new byte[in.remaining()];
        in.get(read);
        return read;
    }

    private static @Nullable String utf8(ByteBuffer in) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }
}
