package org.trestle.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameDecoderTest {
    private static final int LIMIT = 1000;

    private static final class Seen implements FrameSink {
        final List<String> frames = new ArrayList<>();
        final List<String> faults = new ArrayList<>();
        int heard;

        @Override
        public void heard() {
            heard++;
        }

        @Override
        public void frame(FrameKind kind, String subject, long id, ByteBuf body) {
            frames.add(kind + " " + subject + " " + id + " " + body.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void malformed(String why) {
            faults.add(why);
        }
    }

    private final Seen seen = new Seen();
    private final EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(LIMIT, seen));

    private static byte[] frame(FrameKind kind, String subject, long id, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ByteBuf out = Unpooled.buffer();
        Frames.head(out, kind, subject, id, bytes.length);
        out.writeBytes(bytes);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] three() {
        ByteBuf all = Unpooled.buffer();
        all.writeBytes(frame(FrameKind.REQUEST, "raft.append", 7, "one"));
        all.writeBytes(frame(FrameKind.TELL, "bus", 0, ""));
        all.writeBytes(frame(FrameKind.RESPONSE, "", -1, "drei"));
        return ByteBufUtil.getBytes(all);
    }

    private void feed(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    @Test
    void readsFramesSplitAtEveryByte() {
        byte[] all = three();
        for (int first = 0; first <= all.length; first++) {
            Seen split = new Seen();
            EmbeddedChannel link = new EmbeddedChannel(new FrameDecoder(LIMIT, split));
            link.writeInbound(Unpooled.copiedBuffer(all, 0, first));
            link.writeInbound(Unpooled.copiedBuffer(all, first, all.length - first));
            assertEquals(List.of("REQUEST raft.append 7 one", "TELL bus 0 ", "RESPONSE  -1 drei"), split.frames);
            assertEquals(List.of(), split.faults);
            link.finishAndReleaseAll();
        }
    }

    @Test
    void readsFramesByteByByte() {
        for (byte next : three()) {
            feed(new byte[] {next});
        }
        assertEquals(3, seen.frames.size());
        assertEquals(three().length, seen.heard, "every byte is a sign of life");
    }

    @Test
    void takesTheLongestFrameAndNotOneByteMore() {
        feed(frame(FrameKind.TELL, "s", 0, "x".repeat(LIMIT - Frames.FIXED - 1)));
        assertEquals(1, seen.frames.size());
        feed(frame(FrameKind.TELL, "s", 0, "x".repeat(LIMIT - Frames.FIXED)));
        assertEquals(1, seen.frames.size());
        assertTrue(seen.faults.get(0).contains("the limit is 1000"), seen.faults.toString());
    }

    @Test
    void refusesALengthBeforeItReadsOrKeepsWhatFollows() {
        for (int length : new int[] {0, 1, Frames.FIXED - 1, LIMIT + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            Seen hostile = new Seen();
            EmbeddedChannel link = new EmbeddedChannel(new FrameDecoder(LIMIT, hostile));
            link.writeInbound(Unpooled.buffer().writeInt(length));
            assertEquals(1, hostile.faults.size(), "length " + length);
            ByteBuf more = Unpooled.wrappedBuffer(three());
            link.writeInbound(more);
            assertEquals(0, more.refCnt(), "what follows is dropped");
            assertEquals(List.of(), hostile.frames, "and never decoded");
            assertEquals(1, hostile.faults.size(), "told once");
            link.finishAndReleaseAll();
        }
    }

    @Test
    void refusesUnknownKindsAndSubjectsThatAreNone() {
        byte[] good = frame(FrameKind.TELL, "bus", 0, "body");
        for (int kind : new int[] {0, 6, 127, 255}) {
            fault(good, 4, kind, "unknown kind " + kind);
        }
        fault(good, 5, 65, "subject has 65 bytes");
        fault(good, 5, 12, "subject has 12 bytes");
        fault(good, 6, 0, "not printable");
        fault(good, 6, ' ', "not printable");
        fault(good, 6, 0xff, "not printable");
    }

    private static void fault(byte[] good, int at, int value, String why) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        Seen hostile = new Seen();
        EmbeddedChannel link = new EmbeddedChannel(new FrameDecoder(LIMIT, hostile));
        link.writeInbound(Unpooled.wrappedBuffer(bad));
        assertEquals(1, hostile.faults.size(), why);
        assertTrue(hostile.faults.get(0).contains(why), hostile.faults.toString());
        assertEquals(List.of(), hostile.frames);
        link.finishAndReleaseAll();
    }

    @Test
    void survivesGarbageAndNeverKeepsMoreThanOneFrame() {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            Seen hostile = new Seen();
            EmbeddedChannel link = new EmbeddedChannel(new FrameDecoder(LIMIT, hostile));
            for (int i = 0; i < 8; i++) {
                byte[] noise = random.nextBoolean() ? three() : new byte[random.nextInt(64)];
                for (int flips = random.nextInt(4); flips > 0 && noise.length > 0; flips--) {
                    noise[random.nextInt(noise.length)] = (byte) random.nextInt();
                }
                link.writeInbound(Unpooled.wrappedBuffer(noise));
            }
            assertTrue(hostile.faults.size() <= 1, "seed " + seed);
            link.finishAndReleaseAll();
        }
    }

    @Test
    void remembersOnlySoManySubjects() {
        for (int i = 0; i < 1_000; i++) {
            feed(frame(FrameKind.TELL, "subject-" + i, 0, ""));
        }
        assertEquals("TELL subject-999 0 ", seen.frames.get(999));
    }
}
