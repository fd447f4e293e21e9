package org.trestle.xmpp.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Stanza;

/**
 * What we send on one connection. Everything of one turn of the event loop goes into one buffer and out with one flush, which
 * is one system call and one TLS record for many small stanzas.
 */
final class Output {
    /** A gathered buffer that has grown beyond this is handed to the channel, where it counts as waiting. */
    private static final int GATHERED_BYTES = 16 * 1024;

    private final StreamLoop loop;
    private @Nullable ByteBuf gathered;
    private boolean flushPlanned;

    Output(StreamLoop loop) {
        this.loop = loop;
    }

    private ChannelHandlerContext context() {
        return loop.context();
    }

    /** Sends XML that stands for itself on this stream. */
    void xml(String xml) {
        ByteBufUtil.writeUtf8(room(), xml);
        planFlush();
    }

    void stanza(Stanza stanza) {
        ByteBuf room = room();
        stanza.encode(room);
        if (room.readableBytes() >= GATHERED_BYTES) {
            gathered = null;
            context().write(room, context().voidPromise());
        }
        planFlush();
    }

    /** Bytes that the peer has not taken, beyond the low water mark; 0 while it keeps up. */
    long waiting() {
        return context().channel().isWritable() ? 0 : context().channel().bytesBeforeWritable();
    }

    /** Sends what was gathered now. */
    ChannelFuture flush() {
        ByteBuf out = gathered;
        gathered = null;
        return context().writeAndFlush(out == null ? context().alloc().buffer(0) : out);
    }

    /** Sends what was gathered, if anything. */
    void flushGathered() {
        flushPlanned = false;
        ByteBuf out = gathered;
        gathered = null;
        if (out != null) {
            context().write(out, context().voidPromise());
        }
        context().flush();
    }

    /** Forgets what was gathered. */
    void discard() {
        ByteBuf out = gathered;
        gathered = null;
        if (out != null) {
            out.release();
        }
    }

    private ByteBuf room() {
        ByteBuf room = gathered;
        if (room == null) {
            room = context().alloc().buffer(1024);
            gathered = room;
        }
        return room;
    }

    private void planFlush() {
        if (!flushPlanned) {
            flushPlanned = true;
            loop.loop().execute(this::flushPlanned);
        }
    }

    private void flushPlanned() {
        if (flushPlanned) {
            flushGathered();
        }
    }
}
