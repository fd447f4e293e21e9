package org.trestle.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutboxTest {
    private static final TransportMeters METERS = new TransportMeters(new SimpleMeterRegistry());

    private static final class Counting extends ChannelOutboundHandlerAdapter {
        int flushes;
        int writes;
        boolean blocked;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            writes++;
            ctx.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            flushes++;
            if (!blocked) {
                ctx.flush();
            }
        }
    }

    private final Counting counting = new Counting();
    private final EmbeddedChannel channel = new EmbeddedChannel(counting);

    private byte[] written() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    @Test
    void flushesOnceForAllFramesOfATurn() {
        Outbox outbox = new Outbox(channel, 1 << 20, METERS);
        for (int i = 0; i < 100; i++) {
            assertTrue(outbox.add(FrameKind.TELL, "bus", 0, new byte[100]));
        }
        assertEquals(0, counting.flushes);
        channel.runPendingTasks();
        assertEquals(1, counting.flushes);
        assertEquals(1, counting.writes, "in one buffer");
        channel.runPendingTasks();
        assertEquals(1, counting.flushes);
        assertEquals(100 * (Frames.overhead("bus") + 100), written().length);
    }

    @Test
    void keepsTheOrderOfShortAndLongFrames() {
        Outbox outbox = new Outbox(channel, 1 << 20, METERS);
        int[] sizes = {10, 9_000, 0, 8_192, 40_000, 1, 31_000, 5};
        for (int i = 0; i < sizes.length; i++) {
            assertTrue(outbox.add(FrameKind.TELL, "bus", i, new byte[sizes[i]]));
        }
        channel.runPendingTasks();
        List<Long> ids = new ArrayList<>();
        EmbeddedChannel reader = new EmbeddedChannel(new FrameDecoder(1 << 20, new FrameSink() {
            @Override
            public void heard() {}

            @Override
            public void frame(FrameKind kind, String subject, long id, ByteBuf body) {
                assertEquals(sizes[(int) id], body.readableBytes());
                ids.add(id);
            }

            @Override
            public void malformed(String why) {
                throw new AssertionError(why);
            }
        }));
        reader.writeInbound(Unpooled.wrappedBuffer(written()));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), ids);
    }

    @Test
    void refusesWhatIsTooMuchAndReleasesIt() {
        counting.blocked = true;
        Outbox outbox = new Outbox(channel, 10_000, METERS);
        int taken = 0;
        ByteBuf body = Unpooled.buffer().writeZero(1_000);
        while (outbox.add(FrameKind.TELL, "bus", 0, body.retainedDuplicate())) {
            taken++;
            channel.runPendingTasks();
        }
        assertEquals(9, taken);
        assertEquals(1, body.refCnt(), "neither kept nor released twice");
        counting.blocked = false;
        channel.flush();
        assertTrue(outbox.add(FrameKind.TELL, "bus", 0, body), "there is room again");
        outbox.close();
        written();
        channel.close();
        assertFalse(outbox.add(FrameKind.TELL, "bus", 0, new byte[1]), "the channel is gone");
    }
}
