package org.trestle.turn.stun;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A view of one STUN message in a buffer: nothing is copied, and one view serves all messages of a loop, so that
 * reading makes no objects. It is valid until the next {@link #read} or until the buffer changes.
 *
 * <p>Attributes after MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 are as if they were not there, except those that
 * RFC 8489 sections 14.5 and 14.6 name; of several attributes of one type the first counts (section 14).
 */
public final class StunMessage {
    /** RFC 8489 section 5. */
    public static final int MAGIC_COOKIE = 0x2112a442;

    /** More attributes than a packet of Ethernet's size can have; what comes after them is not looked at. */
    public static final int MAX_ATTRIBUTES = 512;

    private static final ByteBuf NOTHING = io.netty.buffer.Unpooled.EMPTY_BUFFER;

    private final int[] types = new int[MAX_ATTRIBUTES];
    private final int[] offsets = new int[MAX_ATTRIBUTES];
    private ByteBuf bytes = NOTHING;
    private int count;
    private boolean overfull;
    private int start;
    private int end;
    private int type;
    private @Nullable StunMethod method;
    private StunClass messageClass = StunClass.REQUEST;

    /** Whether the readable bytes begin like STUN: two zero bits, a length that is a multiple of 4, the cookie. */
    public static boolean looksLikeStun(ByteBuf bytes) {
        int at = bytes.readerIndex();
        return bytes.readableBytes() >= Framing.STUN_HEADER
                && bytes.getByte(at) >> 6 == 0
                && (bytes.getByte(at + 3) & 3) == 0
                && bytes.getInt(at + 4) == MAGIC_COOKIE;
    }

    /**
     * Looks at the readable bytes of {@code message}, which must be exactly one message.
     *
     * @return whether it is one: header, length and every attribute fit (RFC 8489 section 6.3)
     */
    public boolean read(ByteBuf message) {
        bytes = message;
        count = 0;
        overfull = false;
        if (!looksLikeStun(message)) {
            return false;
        }
        start = message.readerIndex();
        end = start + Framing.STUN_HEADER + message.getUnsignedShort(start + 2);
        if (end != message.writerIndex()) {
            return false;
        }
        type = message.getUnsignedShort(start);
        method = StunMethod.ofType(type);
        messageClass = StunClass.ofType(type);
        return readAttributes();
    }

    private boolean readAttributes() {
        boolean afterIntegrity = false;
        boolean afterSha256 = false;
        int at = start + Framing.STUN_HEADER;
        while (at < end) {
            int attribute = bytes.getUnsignedShort(at);
            int length = bytes.getUnsignedShort(at + 2);
            if (at + 4 + length > end) {
                return false;
            }
            boolean counts = !afterIntegrity
                    || attribute == AttributeType.FINGERPRINT
                    || (attribute == AttributeType.MESSAGE_INTEGRITY_SHA256 && !afterSha256);
            if (counts && count == MAX_ATTRIBUTES) {
                overfull = true;
            } else if (counts) {
                types[count] = attribute;
                offsets[count++] = at + 4;
            }
            afterSha256 |= attribute == AttributeType.MESSAGE_INTEGRITY_SHA256;
            afterIntegrity |= afterSha256 || attribute == AttributeType.MESSAGE_INTEGRITY;
            at += 4 + Framing.padded(length);
            if (attribute == AttributeType.FINGERPRINT && at != end) {
                return false;
            }
        }
        return at == end;
    }

    /** Forgets the buffer, which the caller may then release. */
    public void clear() {
        bytes = NOTHING;
        count = 0;
    }

    public int type() {
        return type;
    }

    /** The method, or null for one that this relay does not know. */
    public @Nullable StunMethod method() {
        return method;
    }

    public StunClass messageClass() {
        return messageClass;
    }

    public ByteBuf bytes() {
        return bytes;
    }

    /** Where the message begins in {@link #bytes()}. */
    public int start() {
        return start;
    }

    /** Bytes of the message, header included. */
    public int length() {
        return end - start;
    }

    /** The first 32 bits of the transaction id. */
    public int transactionHigh() {
        return bytes.getInt(start + 8);
    }

    /** The last 64 bits of the transaction id. */
    public long transactionLow() {
        return bytes.getLong(start + 12);
    }

    /** Where the value of the first attribute {@code wanted} begins in {@link #bytes()}, or -1. */
    public int find(int wanted) {
        for (int i = 0; i < count; i++) {
            if (types[i] == wanted) {
                return offsets[i];
            }
        }
        return -1;
    }

    public boolean has(int wanted) {
        return find(wanted) >= 0;
    }

    /** The length of the value that begins at {@code offset}, padding not counted. */
    public int length(int offset) {
        return bytes.getUnsignedShort(offset - 2);
    }

    /** Whether it has more attributes than {@link #MAX_ATTRIBUTES}; then a signature among them may have been missed. */
    public boolean isOverfull() {
        return overfull;
    }

    /** How many attributes count. */
    public int attributes() {
        return count;
    }

    /** The type of the {@code index}-th attribute that counts. */
    public int attribute(int index) {
        return types[index];
    }

    /** Where the value of the {@code index}-th attribute that counts begins in {@link #bytes()}. */
    public int offset(int index) {
        return offsets[index];
    }

    /** The value of {@code wanted} as an unsigned number of {@code size} (1, 2, 4) bytes at its front; -1 if it is absent or has not {@code length} bytes. */
    public long number(int wanted, int size, int length) {
        int at = find(wanted);
        if (at < 0 || length(at) != length) {
            return -1;
        }
        return switch (size) {
            case 1 -> bytes.getUnsignedByte(at);
            case 2 -> bytes.getUnsignedShort(at);
            default -> bytes.getUnsignedInt(at);
        };
    }

    /** A copy of the value of {@code wanted}, or null. */
    public byte @Nullable [] value(int wanted) {
        int at = find(wanted);
        if (at < 0) {
            return null;
        }
        byte[] value = new byte[length(at)];
        bytes.getBytes(at, value);
        return value;
    }

    /** The value of {@code wanted} as UTF-8 text, or null. */
    public @Nullable String text(int wanted) {
        int at = find(wanted);
        return at < 0 ? null : bytes.toString(at, length(at), StandardCharsets.UTF_8);
    }
}
