package org.trestle.turn.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.trestle.turn.probe.ProbeTarget.Way;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;

final class ProbeLegTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PATIENCE_MILLIS = 60_000;

    private static ProbeTarget target(int port, Way way) {
        return new ProbeTarget("node1", new InetSocketAddress(LOOPBACK, port), way);
    }

    private static byte[] answer() {
        ByteBuf into = Unpooled.buffer();
        return ByteBufUtil.getBytes(new StunWriter()
                .begin(into, StunMethod.BINDING.type(StunClass.SUCCESS), 1, 2)
                .end());
    }

    /** The buffers of a probe are given back to nobody, so they must be such that need it not. */
    @Test
    void whatIsReceivedNeedsNotBeReleased() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
                ProbeLeg leg = ProbeLeg.open(target(server.getLocalPort(), Way.TCP));
                Socket accepted = server.accept()) {
            byte[] answer = answer();
            for (int i = 0; i < 2; i++) {
                accepted.getOutputStream().write(answer);
                ByteBuf came = leg.receive(PATIENCE_MILLIS);
                assertNotNull(came);
                assertTrue(came.hasArray(), "heap memory, which the collector takes");
                assertArrayEquals(answer, ByteBufUtil.getBytes(came));
            }
        }
    }

    @Test
    void aPortWithoutAnybodyIsSaidInWords() throws IOException {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, LOOPBACK)) {
            port = free.getLocalPort();
        }
        ProbeClient.Stopped stopped = assertThrows(ProbeClient.Stopped.class, () -> {
            try (ProbeClient client =
                    new ProbeClient(target(port, Way.UDP), new ProbeLogin("probe", "secret"), new SecureRandom(), 1)) {
                client.allocate();
            }
        });
        assertEquals(ProbeVerdict.Outcome.NOTHING_ARRIVED, stopped.verdict().outcome());
        assertTrue(
                stopped.verdict().words().contains("(nothing listens there)"),
                stopped.verdict().words());
    }
}
