package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts {@link Frames} out of bytes that may be split anywhere and may be hostile. */
final class FrameDecoder extends ByteToMessageDecoder {
    private static final int REMEMBERED_SUBJECTS = 32;

    private final FrameSink sink;
    private final List<Subject> subjects = new ArrayList<>();
    private int limit;
    private boolean broken;

    private record Subject(byte[] bytes, String name) {}

    FrameDecoder(int limit, FrameSink sink) {
        this.limit = limit;
        this.sink = sink;
    }

    /** From the next frame on. */
    void limit(int bytes) {
        limit = bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        sink.heard();
        super.channelRead(ctx, message);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < Frames.LENGTH) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length < Frames.FIXED || length > limit) {
            broken(in, "a frame of " + Integer.toUnsignedString(length) + " bytes; the limit is " + limit);
            return;
        }
        if (in.readableBytes() < Frames.LENGTH + length) {
            return;
        }
        in.skipBytes(Frames.LENGTH);
        frame(in, length);
    }

    private void frame(ByteBuf in, int length) {
        int code = in.readUnsignedByte();
        FrameKind kind = FrameKind.of(code);
        int subjectLength = in.readUnsignedByte();
        if (kind == null) {
            broken(in, "a frame of unknown kind " + code);
            return;
        }
        if (subjectLength > Frames.LONGEST_SUBJECT || subjectLength + Frames.FIXED > length) {
            broken(in, "a frame whose subject has " + subjectLength + " bytes");
            return;
        }
        String subject = subject(in.readSlice(subjectLength));
        if (subject == null) {
            broken(in, "a frame whose subject is not printable");
            return;
        }
        long id = in.readLong();
        sink.frame(kind, subject, id, in.readSlice(length - Frames.FIXED - subjectLength));
    }

    private void broken(ByteBuf in, String why) {
        broken = true;
        in.skipBytes(in.readableBytes());
        sink.malformed(why);
    }

    /** The few subjects of a link are made into strings once. */
    private @Nullable String subject(ByteBuf bytes) {
        if (!bytes.isReadable()) {
            return "";
        }
        for (Subject known : subjects) {
            if (equal(known.bytes, bytes)) {
                return known.name;
            }
        }
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.getBytes(bytes.readerIndex(), copy);
        for (byte c : copy) {
            if (c <= ' ' || c > '~') {
                return null;
            }
        }
        String name = new String(copy, StandardCharsets.US_ASCII);
        if (subjects.size() < REMEMBERED_SUBJECTS) {
            subjects.add(new Subject(copy, name));
        }
        return name;
    }

    private static boolean equal(byte[] known, ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (known.length != length) {
            return false;
        }
        int start = bytes.readerIndex();
        for (int i = 0; i < length; i++) {
            if (known[i] != bytes.getByte(start + i)) {
                return false;
            }
        }
        return true;
    }
}
