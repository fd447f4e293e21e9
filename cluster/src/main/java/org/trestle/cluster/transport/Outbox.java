package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of a link: frames of one turn of its event loop are copied together and flushed once, which makes
 * them share TLS records and system calls. On that event loop only.
 */
final class Outbox {
    /** Bodies up to this size are copied; longer ones travel in their own buffer. */
    private static final int COPIED = 8 << 10;

    private static final int BATCH = 32 << 10;

    private final Channel channel;
    private final int limit;
    private final TransportMeters meters;
    private @Nullable ByteBuf batch;
    private boolean scheduled;

    Outbox(Channel channel, int limit, TransportMeters meters) {
        this.channel = channel;
        this.limit = limit;
        this.meters = meters;
    }

    /** Queues a frame and takes the reference of {@code body}; false, and the body is released, when it is too much. */
    boolean add(FrameKind kind, String subject, long id, ByteBuf body) {
        int length = body.readableBytes();
        int whole = Frames.overhead(subject) + length;
        long queued = queued();
        if (queued < 0 || queued + whole > limit) {
            body.release();
            return false;
        }
        ByteBuf into = room(whole);
        Frames.head(into, kind, subject, id, length);
        if (length <= COPIED) {
            into.writeBytes(body);
            body.release();
        } else {
            writeBatch();
            channel.write(body);
        }
        meters.sent(whole);
        schedule();
        return true;
    }

    boolean add(FrameKind kind, String subject, long id, byte[] body) {
        return add(kind, subject, id, Unpooled.wrappedBuffer(body));
    }

    private ByteBuf room(int bytes) {
        if (batch != null && batch.readableBytes() + bytes > BATCH) {
            writeBatch();
        }
        ByteBuf current = batch;
        if (current == null) {
            // On the heap: Java's TLS would copy a direct buffer first.
            current = channel.alloc().heapBuffer(1024);
            batch = current;
        }
        return current;
    }

    private void writeBatch() {
        ByteBuf full = batch;
        if (full != null) {
            batch = null;
            channel.write(full);
        }
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    private void flush() {
        scheduled = false;
        writeBatch();
        channel.flush();
    }

    /** Bytes that wait; -1 when the channel is gone. */
    private long queued() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? -1 : buffer.totalPendingWriteBytes() + (batch == null ? 0 : batch.readableBytes());
    }

    /** Drops what was not written; after the channel closed. */
    void close() {
        ByteBuf rest = batch;
        if (rest != null) {
            batch = null;
            rest.release();
        }
    }
}
