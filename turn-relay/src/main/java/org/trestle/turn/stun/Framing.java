package org.trestle.turn.stun;

import io.netty.buffer.ByteBuf;

/**
 * Which of STUN and ChannelData a message is, and how long one is on a stream (RFC 8656 sections 12.4 and 12.5, RFC
 * 7983 for the first byte).
 */
public final class Framing {
    /** Fewer bytes tell nothing about a frame's length. */
    public static final int PREFIX = 4;

    public static final int STUN_HEADER = 20;
    public static final int CHANNEL_HEADER = 4;
    public static final int FIRST_CHANNEL = 0x4000;
    public static final int LAST_CHANNEL = 0x4fff;

    /** Given by {@link #frameLength}: the bytes are neither STUN nor ChannelData, close the connection. */
    public static final int NOT_TURN = -1;

    /**
     * The length in bytes, padding included, of the frame whose first {@link #PREFIX} bytes are at {@code index}; at
     * most 65,555; or {@link #NOT_TURN}.
     */
    public static int frameLength(ByteBuf bytes, int index) {
        int first = bytes.getUnsignedShort(index);
        int length = bytes.getUnsignedShort(index + 2);
        if (first < 0x4000) {
            return (length & 3) == 0 ? STUN_HEADER + length : NOT_TURN;
        }
        return first <= LAST_CHANNEL ? CHANNEL_HEADER + padded(length) : NOT_TURN;
    }

    /** Whether a first byte begins ChannelData of RFC 8656 (0x40 to 0x4F). */
    public static boolean isChannelData(int firstByte) {
        return (firstByte & 0xf0) == 0x40;
    }

    /** {@code length} rounded up to a multiple of four. */
    public static int padded(int length) {
        return (length + 3) & ~3;
    }

    private Framing() {}
}
