package org.trestle.turn.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.Framing;

/** The way of one client to one relay; blocks. */
abstract class ProbeLeg implements Closeable {
    private static final int LARGEST = 65_600;
    private static final int CONNECT_MILLIS = 10_000;

    static ProbeLeg open(ProbeTarget target) throws IOException {
        return switch (target.way()) {
            case UDP -> new Datagrams(target);
            case TCP -> new Stream(connected(target));
            case TLS -> new Stream(secured(connected(target), target));
        };
    }

    abstract void send(ByteBuf message) throws IOException;

    /** The next message, or null when none came in this time. */
    abstract @Nullable ByteBuf receive(int millis) throws IOException;

    /** Whether what is sent can be lost, and has to be sent again. */
    abstract boolean loses();

    private static Socket connected(ProbeTarget target) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(target.address(), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /** Takes any certificate: the probe is about packets; credentials are never sent, only proved. */
    private static Socket secured(Socket plain, ProbeTarget target) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TakesAny()}, new SecureRandom());
            return context.getSocketFactory()
                    .createSocket(
                            plain,
                            target.address().getAddress().getHostAddress(),
                            target.address().getPort(),
                            true);
        } catch (GeneralSecurityException missing) {
            throw new IOException("this Java has no TLS", missing);
        }
    }

    private static final class TakesAny implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final class Datagrams extends ProbeLeg {
        private final DatagramSocket socket;

        Datagrams(ProbeTarget target) throws IOException {
            socket = new DatagramSocket();
            socket.connect(target.address());
        }

        @Override
        void send(ByteBuf message) throws IOException {
            byte[] bytes = new byte[message.readableBytes()];
            message.readBytes(bytes);
            socket.send(new DatagramPacket(bytes, bytes.length));
        }

        @Override
        @Nullable
        ByteBuf receive(int millis) throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
            socket.setSoTimeout(Math.max(1, millis));
            try {
                socket.receive(packet);
                return Unpooled.wrappedBuffer(packet.getData(), 0, packet.getLength());
            } catch (SocketTimeoutException none) {
                return null;
            }
        }

        @Override
        boolean loses() {
            return true;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static final class Stream extends ProbeLeg {
        private final Socket socket;
        private final InputStream in;
        private final ByteBuf read = Unpooled.buffer();

        Stream(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
        }

        @Override
        void send(ByteBuf message) throws IOException {
            byte[] bytes = new byte[message.readableBytes()];
            message.readBytes(bytes);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        @Override
        @Nullable
        ByteBuf receive(int millis) throws IOException {
            socket.setSoTimeout(Math.max(1, millis));
            byte[] chunk = new byte[4096];
            try {
                while (true) {
                    int length = read.readableBytes() < Framing.PREFIX
                            ? Integer.MAX_VALUE
                            : Framing.frameLength(read, read.readerIndex());
                    if (length == Framing.NOT_TURN) {
                        throw new IOException("what came is no TURN");
                    }
                    if (read.readableBytes() >= length) {
                        byte[] message = new byte[length];
                        read.readBytes(message);
                        read.discardReadBytes();
                        return Unpooled.wrappedBuffer(message);
                    }
                    int count = in.read(chunk);
                    if (count < 0) {
                        throw new EOFException("the relay closed the connection");
                    }
                    read.writeBytes(chunk, 0, count);
                }
            } catch (SocketTimeoutException none) {
                return null;
            }
        }

        @Override
        boolean loses() {
            return false;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
