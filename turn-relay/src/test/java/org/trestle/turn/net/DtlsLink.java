package org.trestle.turn.net;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.jspecify.annotations.Nullable;

/** A client over DTLS, blocking. It sends its last flight again while no answer comes. */
final class DtlsLink implements Link {

    private static final int TRIES = 100;
    private static final int REPEAT_MILLIS = 500;

    private final DatagramSocket socket;
    private final SSLEngine engine;

    DtlsLink(InetSocketAddress relay, SSLContext context) throws IOException {
        socket = new DatagramSocket(0, relay.getAddress());
        socket.connect(relay);
        engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.beginHandshake();
        handshake();
    }

    private void handshake() throws IOException {
        socket.setSoTimeout(REPEAT_MILLIS);
        for (int i = 0; i < TRIES && engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING; i++) {
            flight();
            if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
                break;
            }
            try {
                read(ByteBuffer.allocate(20_000));
            } catch (SocketTimeoutException again) {
                wrap(ByteBuffer.allocate(0));
            }
        }
        if (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            throw new IOException("no DTLS handshake: " + engine.getHandshakeStatus());
        }
        socket.setSoTimeout(SECONDS * 1000);
    }

    private void flight() throws IOException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            wrap(ByteBuffer.allocate(0));
        }
    }

    private void wrap(ByteBuffer message) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize() + 64);
        engine.wrap(message, out);
        tasks();
        if (out.position() > 0) {
            socket.send(new DatagramPacket(out.array(), out.position()));
        }
    }

    private void read(ByteBuffer into) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[70_000], 70_000);
        socket.receive(packet);
        ByteBuffer in = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        while (in.hasRemaining()) {
            int before = in.remaining();
            engine.unwrap(in, into);
            tasks();
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP_AGAIN) {
                engine.unwrap(ByteBuffer.allocate(0), into);
                tasks();
            }
            flight();
            if (in.remaining() == before) {
                return;
            }
        }
    }

    private void tasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** A datagram from this client's address that its engine knows nothing of, as anybody can forge it. */
    void forge(byte[] datagram) throws IOException {
        socket.send(new DatagramPacket(datagram, datagram.length));
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        wrap(ByteBuffer.wrap(bytes));
    }

    @Override
    public byte @Nullable [] receive() throws IOException {
        ByteBuffer into = ByteBuffer.allocate(70_000);
        while (into.position() == 0) {
            if (engine.isInboundDone()) {
                return null;
            }
            read(into);
        }
        return Arrays.copyOf(into.array(), into.position());
    }

    @Override
    public int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        engine.closeOutbound();
        wrap(ByteBuffer.allocate(0));
        socket.close();
    }
}
