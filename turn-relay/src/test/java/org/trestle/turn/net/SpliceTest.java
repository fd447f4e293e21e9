package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Connections of RFC 6062 that break: they end quietly, and the other side gets what was on its way. */
final class SpliceTest {
    private static final IOException RESET = new IOException("Connection reset by peer");

    @Test
    void aPeersConnectionThatIsResetBeforeAnybodyBoundItEnds() {
        EmbeddedChannel peer = new EmbeddedChannel(new LoopSockets.EndsOnError());
        peer.pipeline().fireExceptionCaught(RESET);
        peer.checkException();
        assertFalse(peer.isOpen());
    }

    @Test
    void aJoinedConnectionThatIsResetEndsTheOtherAfterItsLastBytes() {
        EmbeddedChannel client = new EmbeddedChannel();
        EmbeddedChannel peer = new EmbeddedChannel(new LoopSockets.EndsOnError(), new Splice(client));
        client.pipeline().addLast(new Splice(peer));
        peer.writeInbound(Unpooled.copiedBuffer("last words", StandardCharsets.US_ASCII));
        peer.pipeline().fireExceptionCaught(RESET);
        peer.checkException();
        client.runPendingTasks();
        assertFalse(peer.isOpen());
        assertFalse(client.isOpen());
        ByteBuf written = client.readOutbound();
        assertNotNull(written);
        assertEquals("last words", written.toString(StandardCharsets.US_ASCII));
        written.release();
        client.checkException();
    }

    @Test
    void anErrorOnTheClientsSideIsNotLeftToNetty() {
        EmbeddedChannel client = new EmbeddedChannel(new Splice(new EmbeddedChannel()));
        client.pipeline().fireExceptionCaught(RESET);
        client.checkException();
        assertFalse(client.isOpen());
    }
}
