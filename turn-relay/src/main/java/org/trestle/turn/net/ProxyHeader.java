package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/**
 * The header of the PROXY protocol, version 2: who is behind a proxy.
 *
 * @param length bytes of the header
 * @param source the client; null when the proxy speaks for itself (LOCAL) or the family is not TCP over IP
 * @param destination where the client wanted to go; null as {@code source}
 */
public record ProxyHeader(
        int length,
        @Nullable TransportAddress source,
        @Nullable TransportAddress destination) {

    /** Bytes that are always there. */
    static final int FIXED = 16;

    /** The largest header that is taken: addresses and a kilobyte of what else a proxy tells. */
    static final int LONGEST = 1_024;

    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final int TCP_IPV4 = 0x11;
    private static final int TCP_IPV6 = 0x21;

    /** Not a header, or one of another version, or one that is too long. */
    static final ProxyHeader WRONG = new ProxyHeader(-1, null, null);

    public boolean isWrong() {
        return length < 0;
    }

    /** Reads the header at the reader index, without moving it; null when more bytes are needed. */
    public static @Nullable ProxyHeader read(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int there = Math.min(SIGNATURE.length, bytes.readableBytes());
        for (int i = 0; i < there; i++) {
            if (bytes.getByte(at + i) != SIGNATURE[i]) {
                return WRONG;
            }
        }
        if (bytes.readableBytes() < FIXED) {
            return null;
        }
        int command = bytes.getUnsignedByte(at + 12);
        int length = FIXED + bytes.getUnsignedShort(at + 14);
        if ((command != 0x20 && command != 0x21) || length > LONGEST) {
            return WRONG;
        }
        if (bytes.readableBytes() < length) {
            return null;
        }
        return addresses(bytes, at, length, command == 0x20 ? 0 : bytes.getUnsignedByte(at + 13));
    }

    private static ProxyHeader addresses(ByteBuf bytes, int at, int length, int family) {
        if (family == TCP_IPV4 && length >= FIXED + 12) {
            return new ProxyHeader(
                    length,
                    new TransportAddress(
                            0, TransportAddress.ipv4(bytes.getInt(at + 16)), bytes.getUnsignedShort(at + 24)),
                    new TransportAddress(
                            0, TransportAddress.ipv4(bytes.getInt(at + 20)), bytes.getUnsignedShort(at + 26)));
        }
        if (family == TCP_IPV6 && length >= FIXED + 36) {
            return new ProxyHeader(
                    length,
                    new TransportAddress(
                            bytes.getLong(at + 16), bytes.getLong(at + 24), bytes.getUnsignedShort(at + 48)),
                    new TransportAddress(
                            bytes.getLong(at + 32), bytes.getLong(at + 40), bytes.getUnsignedShort(at + 50)));
        }
        return new ProxyHeader(length, null, null);
    }
}
