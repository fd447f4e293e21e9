package org.trestle.node.shared;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.node.shared.SharedCounters.Event;
import org.trestle.turn.probe.ProbeTarget.Way;
import org.trestle.xmpp.stream.StreamCounters;
import org.trestle.xmpp.stream.WireClient;

/** What those may do on a shared port who do not show whose they are. */
@EnabledOnOs(OS.LINUX)
@Timeout(240)
final class SharedPortLimitsTest extends SharedPortHarness {

    @Test
    void whatIsNeitherIsClosedWithoutAWord() throws Exception {
        open();
        for (String words : List.of("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", "\u00ff\u00fe", "\0\1\0\0nope")) {
            Socket socket = socket();
            socket.getOutputStream().write(words.getBytes(ISO_8859_1));
            assertCloses(socket);
        }
        assertEquals(1, count(Event.HTTP));
        assertEquals(2, count(Event.UNKNOWN));
        try (WireClient client = client()) {
            client.startTls();
            assertEquals("", client.send("~neither").rest());
        }
        assertEquals(3, count(Event.UNKNOWN));
        Socket broken = socket();
        try (broken) {
            broken.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x00, 0x02, 0x01, 0x7f});
            broken.getOutputStream().write(new byte[ClientHello.LONGEST]);
            broken.getInputStream().readAllBytes(); // an alert at most
        } catch (SocketException reset) {
            assertNotNull(reset);
        }
        assertEquals(0, count(Event.INTERNAL_ERROR));
    }

    @Test
    void whoSaysTooLittleForTooLongIsClosed() throws Exception {
        open(from -> false, new SharedLimits(1_000, 100, Duration.ofMillis(300)));
        assertCloses(socket());
        Socket half = socket();
        half.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00});
        assertCloses(half);
        Socket stun = socket();
        stun.getOutputStream().write(BINDING, 0, 7);
        assertCloses(stun);
        assertEquals(3, count(Event.TOO_SLOW));
    }

    @Test
    void whoSaysNothingAfterTlsIsClosed() throws Exception {
        open(from -> false, new SharedLimits(1_000, 100, Duration.ofSeconds(2)));
        try (WireClient client = client()) {
            try {
                client.startTls();
                assertEquals("", client.rest());
            } catch (IOException tooSlowForThat) {
                assertNotNull(tooSlowForThat); // the machine did nothing for two seconds
            }
        }
        assertEquals(1, count(Event.TOO_SLOW) + count(Event.TLS_FAILED));
    }

    @Test
    void ofTheUndecidedOfAnAddressTheOldestMakesRoom() throws Exception {
        open(from -> false, new SharedLimits(1_000, 2, LONG));
        Socket oldest = socket();
        try (Socket second = socket();
                Socket third = socket()) {
            assertCloses(oldest);
            binding(second);
            binding(third);
        }
        assertEquals(1, present(port).arrivals().total(StreamCounters.Event.DISPLACED));
    }

    @Test
    void whenTooManyAreUndecidedOneMoreIsClosed() throws Exception {
        open(from -> false, new SharedLimits(1, 100, LONG));
        try (Socket first = socket()) {
            first.getOutputStream().write(BINDING, 0, 4);
            assertCloses(socket());
            assertEquals(1, present(port).arrivals().total(StreamCounters.Event.REFUSED_FULL));
            first.getOutputStream().write(BINDING, 4, BINDING.length - 4);
            DataInputStream in = new DataInputStream(first.getInputStream());
            assertEquals(0x0101, in.readShort());
        }
    }

    @Test
    void anyBytesLeaveNothingBehind() throws Exception {
        open();
        Random random = new Random(161);
        byte[] beginnings = {0x16, 0x00, 0x01, '<', 'G', '\r', (byte) 0xef, 0x40};
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            bytes[0] = beginnings[i % beginnings.length];
            if (i % 3 == 0) {
                System.arraycopy(BINDING, 0, bytes, 0, Math.min(8, bytes.length));
            }
            try (Socket socket = socket()) {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (SocketException reset) {
                assertNotNull(reset);
            }
        }
        assertEquals(0, count(Event.INTERNAL_ERROR));
        assertEquals(0, streams.counters().total(StreamCounters.Event.INTERNAL_ERROR));
        relays(Way.TCP);
    }
}
