package org.trestle.node.shared;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.net.RelayServer;

/** What a connection speaks, by its first bytes, after TLS or without it. */
enum Speech {
    /** A stream header, perhaps after white space (RFC 6120 4.2) or a byte order mark. */
    XMPP,
    /** STUN with its cookie (RFC 8489 5), which every TURN client begins with. */
    TURN,
    /** A method in capital letters (RFC 9112 3.1). */
    HTTP,
    UNKNOWN;

    private static final int BYTE_ORDER_MARK = 0xef;

    /** Looks at bytes without taking them; null when more are needed to tell. */
    static @Nullable Speech of(ByteBuf bytes) {
        if (!bytes.isReadable()) {
            return null;
        }
        int first = bytes.getUnsignedByte(bytes.readerIndex());
        if (first == '<'
                || first == ' '
                || first == '\t'
                || first == '\r'
                || first == '\n'
                || first == BYTE_ORDER_MARK) {
            return XMPP;
        }
        if (first >= 'A' && first <= 'Z') {
            return HTTP;
        }
        Boolean turn = RelayServer.beginsLikeTurn(bytes);
        if (turn == null) {
            return null;
        }
        return turn ? TURN : UNKNOWN;
    }
}
