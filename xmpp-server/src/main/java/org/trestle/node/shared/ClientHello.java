package org.trestle.node.shared;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ClientHello (RFC 8446 4.1.2) says of whom the client wants.
 *
 * @param serverName in SNI (RFC 6066 3), or null
 * @param protocols of ALPN (RFC 7301 3.1), in the client's order; empty when it offers none
 */
record ClientHello(@Nullable String serverName, List<String> protocols) {
    /** The first byte of a record that carries a handshake. */
    static final int HANDSHAKE = 0x16;

    /** Bytes in which one must be complete; browsers need about two thousand. */
    static final int LONGEST = 16_384;

    /** Cannot be read; the engine finds the words for that. */
    static final ClientHello BROKEN = new ClientHello(null, List.of());

    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    private static final int CLIENT_HELLO = 1;
    private static final int VERSION_AND_RANDOM = 34;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int ALPN = 16;

    /** Of a name in DNS (RFC 1035 2.3.4); longer ones are nobody's. */
    private static final int LONGEST_NAME = 253;

    ClientHello {
        protocols = List.copyOf(protocols);
    }

    /** Reads the records at the reader index, without moving it; null when more bytes are needed. */
    static @Nullable ClientHello read(ByteBuf bytes) {
        ByteBuf message = Unpooled.buffer(Math.min(LONGEST, bytes.readableBytes()));
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at + RECORD_HEADER <= end) {
            int length = bytes.getUnsignedShort(at + 3);
            if (bytes.getUnsignedByte(at) != HANDSHAKE || length == 0) {
                return BROKEN;
            }
            int there = Math.min(length, end - at - RECORD_HEADER);
            message.writeBytes(bytes, at + RECORD_HEADER, there);
            at += RECORD_HEADER + length;
            if (message.readableBytes() < MESSAGE_HEADER) {
                continue;
            }
            if (message.getUnsignedByte(0) != CLIENT_HELLO) {
                return BROKEN;
            }
            int size = message.getUnsignedMedium(1);
            if (size <= message.readableBytes() - MESSAGE_HEADER) {
                return of(message.slice(MESSAGE_HEADER, size));
            }
        }
        return bytes.readableBytes() < LONGEST ? null : BROKEN;
    }

    private static ClientHello of(ByteBuf hello) {
        try {
            hello.skipBytes(VERSION_AND_RANDOM);
            hello.skipBytes(hello.readUnsignedByte()); // session
            hello.skipBytes(hello.readUnsignedShort()); // cipher suites
            hello.skipBytes(hello.readUnsignedByte()); // compression methods
            String name = null;
            List<String> protocols = List.of();
            ByteBuf extensions = hello.isReadable() ? hello.readSlice(hello.readUnsignedShort()) : hello;
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
                if (type == SERVER_NAME) {
                    name = serverName(content);
                } else if (type == ALPN) {
                    protocols = protocols(content);
                }
            }
            return new ClientHello(name, protocols);
        } catch (IndexOutOfBoundsException cutShort) {
            return BROKEN;
        }
    }

    private static @Nullable String serverName(ByteBuf content) {
        ByteBuf names = content.readSlice(content.readUnsignedShort());
        while (names.isReadable()) {
            int type = names.readUnsignedByte();
            String name = names.readSlice(names.readUnsignedShort()).toString(StandardCharsets.US_ASCII);
            if (type == HOST_NAME) {
                return name.length() > LONGEST_NAME ? null : name;
            }
        }
        return null;
    }

    private static List<String> protocols(ByteBuf content) {
        ByteBuf names = content.readSlice(content.readUnsignedShort());
        List<String> protocols = new ArrayList<>();
        while (names.isReadable()) {
            protocols.add(names.readSlice(names.readUnsignedByte()).toString(StandardCharsets.US_ASCII));
        }
        return protocols;
    }
}
