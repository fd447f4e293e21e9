package org.trestle.turn.net;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** One client's DTLS, from datagrams to messages and back. */
final class DtlsEngine {

    /** Bytes of a datagram of the handshake: what passes everywhere. */
    private static final int HANDSHAKE_DATAGRAM = 1_200;

    /** What a record can hold (RFC 6347 section 4.1). */
    private static final int LARGEST_DATAGRAM = 16_384 + 2_048;

    private static final int MARGIN = 64;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Records of one handshake flight, and turns of the engine without any, at most. */
    private static final int MOST_STEPS = 64;

    private final SSLEngine engine;
    private final Room room;
    private boolean established;

    /** Memory that the engines of one loop write to in turn: it is large, and most of them live for one message. */
    static final class Room {
        private ByteBuffer bytes = ByteBuffer.allocate(LARGEST_DATAGRAM + MARGIN);

        private ByteBuffer of(int size) {
            if (bytes.capacity() < size) {
                bytes = ByteBuffer.allocate(size);
            }
            return bytes.clear();
        }
    }

    /** @param room of the loop that alone uses this engine */
    DtlsEngine(SSLContext context, Room room) {
        this.room = room;
        engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        packetSize(LARGEST_DATAGRAM);
    }

    /** To be called between the first message and the one with the cookie: what is sent now passes everywhere. */
    void handshakes() {
        packetSize(HANDSHAKE_DATAGRAM);
    }

    private void packetSize(int bytes) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setMaximumPacketSize(bytes);
        engine.setSSLParameters(parameters);
    }

    /** Whether the handshake is over. */
    boolean isEstablished() {
        return established;
    }

    boolean isClosed() {
        return engine.isInboundDone();
    }

    /**
     * Takes a datagram of the client.
     *
     * @param into for one message of the client at most; its position moves
     * @return the datagrams to answer with
     */
    List<byte[]> take(ByteBuffer datagram, ByteBuffer into) throws SSLException {
        for (int i = 0; i < MOST_STEPS && datagram.hasRemaining(); i++) {
            SSLEngineResult result = engine.unwrap(datagram, into);
            tasks();
            for (int j = 0; j < MOST_STEPS && again(); j++) {
                engine.unwrap(NOTHING, into);
                tasks();
            }
            if (result.bytesConsumed() == 0) {
                break;
            }
        }
        return handshake(false);
    }

    /** Sends the last flight again. */
    List<byte[]> repeat() throws SSLException {
        return handshake(true);
    }

    private List<byte[]> handshake(boolean repeat) throws SSLException {
        List<byte[]> out = new ArrayList<>();
        boolean more = repeat;
        for (int i = 0; i < MOST_STEPS && (more || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP); i++) {
            more = false;
            byte[] record = wrap(NOTHING);
            if (record.length > 0) {
                out.add(record);
            }
            tasks();
        }
        if (!established
                && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && engine.getSession().getProtocol().startsWith("DTLS")) {
            established = true;
            packetSize(LARGEST_DATAGRAM);
        }
        return out;
    }

    /** A message as a datagram for the client; empty if the engine cannot make one. */
    byte[] wrap(ByteBuffer message) throws SSLException {
        ByteBuffer out = room.of(engine.getSession().getPacketBufferSize() + MARGIN);
        engine.wrap(message, out);
        byte[] record = new byte[out.position()];
        out.flip();
        out.get(record);
        return record;
    }

    /** What tells the client that it is over. */
    byte[] close() throws SSLException {
        engine.closeOutbound();
        return wrap(NOTHING);
    }

    private boolean again() {
        return engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP_AGAIN;
    }

    private void tasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
