package org.trestle.node.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/** RFC 8446 4.1.2, RFC 6066 3, RFC 7301 3.1. */
final class ClientHelloTest {

    /** The first record of the Java platform's own client. */
    private static byte[] hello(String name, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        if (!name.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        ByteBuffer bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), bytes);
        byte[] hello = new byte[bytes.flip().remaining()];
        bytes.get(hello);
        return hello;
    }

    @Test
    void tellsNameAndProtocols() throws Exception {
        ByteBuf bytes = Unpooled.wrappedBuffer(hello("example.com", "xmpp-client", "h2"));
        assertEquals(new ClientHello("example.com", List.of("xmpp-client", "h2")), ClientHello.read(bytes));
        assertEquals(0, bytes.readerIndex());
        assertEquals(new ClientHello(null, List.of()), ClientHello.read(Unpooled.wrappedBuffer(hello(""))));
    }

    @Test
    void waitsForTheRestWhereverItIsCut() throws Exception {
        byte[] hello = hello("example.com", "stun.turn");
        for (int length = 0; length < hello.length; length++) {
            assertNull(ClientHello.read(Unpooled.wrappedBuffer(hello, 0, length)));
        }
    }

    @Test
    void mayBeSpreadOverRecords() throws Exception {
        byte[] hello = hello("example.com", "stun.turn");
        ByteBuf spread = Unpooled.buffer();
        for (int at = 5; at < hello.length; at += 3) {
            int length = Math.min(3, hello.length - at);
            spread.writeBytes(hello, 0, 3).writeShort(length).writeBytes(hello, at, length);
        }
        assertEquals(new ClientHello("example.com", List.of("stun.turn")), ClientHello.read(spread));
    }

    @Test
    void isBrokenWhenItIsNone() {
        assertSame(ClientHello.BROKEN, ClientHello.read(Unpooled.wrappedBuffer(new byte[] {0x16, 3, 1, 0, 0})));
        assertSame(ClientHello.BROKEN, ClientHello.read(Unpooled.wrappedBuffer(new byte[] {0x16, 3, 1, 0, 4, 2, 0, 0, 0
        })));
        assertSame(ClientHello.BROKEN, ClientHello.read(Unpooled.wrappedBuffer(new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0
        })));
        ByteBuf endless =
                Unpooled.wrappedBuffer(new byte[] {0x16, 3, 1, 0x7f, (byte) 0xff, 1, (byte) 0xff}, new byte[20_000]);
        assertSame(ClientHello.BROKEN, ClientHello.read(endless));
    }

    @Test
    void anyBytesAreReadWithoutAFailure() throws Exception {
        Random random = new Random(161);
        byte[] hello = hello("example.com", "stun.turn", "xmpp-client");
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = hello.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            ClientHello.read(Unpooled.wrappedBuffer(changed));
        }
    }
}
