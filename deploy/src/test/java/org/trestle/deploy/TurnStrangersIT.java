package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process of a relay, as its script starts it, does not do for those who have proved nothing. */
final class TurnStrangersIT {
    private static final int LIMIT_MILLIS = 120_000;

    @TempDir
    static Path directory;

    private static TurnProcess relay;

    @BeforeAll
    static void start() throws IOException {
        relay = TurnProcess.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        if (relay != null) {
            relay.close();
        }
    }

    /** A handshake costs the relay a hundred times what asking for it costs. */
    @Test
    void oneConnectionGetsOneHandshake() throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.2");
        context.init(null, new TrustManager[] {new Everybody()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", relay.tlsPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertEquals(0x0101, binding(socket));
            assertThrows(IOException.class, () -> {
                socket.startHandshake();
                binding(socket);
            });
        }
    }

    /** The type of the answer to a Binding request. */
    private static int binding(SSLSocket socket) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(20).putInt(0x0001_0000).putInt(0x2112_a442);
        socket.getOutputStream().write(request.array());
        byte[] answer = socket.getInputStream().readNBytes(32);
        if (answer.length < 32) {
            throw new IOException("the relay closed the connection");
        }
        return ByteBuffer.wrap(answer).getShort();
    }

    private static final class Everybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
