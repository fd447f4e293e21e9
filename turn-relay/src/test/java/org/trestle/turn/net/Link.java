package org.trestle.turn.net;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A client's way to the relay, blocking: whole messages. */
interface Link extends AutoCloseable {

    int SECONDS = 90;

    void send(byte[] bytes) throws IOException;

    /** The next message, padding included; null when the connection has ended. */
    byte @Nullable [] receive() throws IOException;

    int localPort();

    @Override
    void close() throws IOException;

    static Link udp(InetSocketAddress relay) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, relay.getAddress());
        socket.connect(relay);
        socket.setSoTimeout(SECONDS * 1000);
        return new Udp(socket);
    }

    static Link tcp(InetSocketAddress relay) throws IOException {
        return new Stream(new Socket(relay.getAddress(), relay.getPort()));
    }

    static Link tls(InetSocketAddress relay, SSLContext context) throws IOException {
        return new Stream(context.getSocketFactory().createSocket(relay.getAddress(), relay.getPort()));
    }

    /** Datagrams. */
    record Udp(DatagramSocket socket) implements Link {
        @Override
        public void send(byte[] bytes) throws IOException {
            socket.send(new DatagramPacket(bytes, bytes.length));
        }

        @Override
        public byte[] receive() throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[70_000], 70_000);
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }

        @Override
        public int localPort() {
            return socket.getLocalPort();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** Frames of a stream. */
    final class Stream implements Link {
        private final Socket socket;
        private final DataInputStream in;

        Stream(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(SECONDS * 1000);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
        }

        @Override
        public void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        @Override
        public byte @Nullable [] receive() throws IOException {
            byte[] head = new byte[4];
            try {
                in.readFully(head);
            } catch (EOFException ended) {
                return null;
            }
            int length = (head[2] & 0xff) << 8 | (head[3] & 0xff);
            int rest = (head[0] & 0xc0) == 0 ? 16 + length : (length + 3) & ~3;
            byte[] frame = Arrays.copyOf(head, 4 + rest);
            in.readFully(frame, 4, rest);
            return frame;
        }

        Socket socket() {
            return socket;
        }

        @Override
        public int localPort() {
            return socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
