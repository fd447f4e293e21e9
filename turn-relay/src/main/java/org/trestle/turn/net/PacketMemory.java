package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where one event loop keeps the datagrams that it has received, until it has sent them on: slots for whole datagrams
 * of any size, each with room before it for the header that it is sent on with. Allocated once; pages that no large
 * datagram has touched cost nothing.
 */
final class PacketMemory {

    /** Datagrams that are held between two flushes. */
    static final int SLOTS = 128;

    /** Bytes before each datagram: enough for the header of a Data indication. */
    static final int HEADROOM = 64;

    /** The largest datagram, row of datagrams that the kernel hands over as one, or frame of a stream. */
    static final int ROOM = 65_792;

    // Not a power of two: the heads of all slots would share a few lines of the processor's caches.
    private static final int STRIDE = HEADROOM + ROOM + 5 * 64;

    private final ByteBuf bytes;
    private final long address;
    private int used;
    private int streamAt;
    private int streamEnd;

    PacketMemory() {
        ByteBuffer memory = ByteBuffer.allocateDirect(SLOTS * STRIDE).order(ByteOrder.nativeOrder());
        address = Buffer.memoryAddress(memory);
        bytes = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(memory));
        bytes.setIndex(0, bytes.capacity());
    }

    /** All slots in one buffer; positions in it are what the datagram path passes around. */
    ByteBuf bytes() {
        return bytes;
    }

    long address(int index) {
        return address + index;
    }

    static int slot(int number) {
        return number * STRIDE + HEADROOM;
    }

    /** Number of the first free slot. */
    int used() {
        return used;
    }

    int free() {
        return SLOTS - used;
    }

    void take(int slots) {
        used += slots;
    }

    /** Whether the slot that is being filled with pieces of streams has room. */
    boolean fits(int size) {
        return streamEnd - streamAt >= size;
    }

    /** Room for a piece of a stream; a new slot when needed, and there must be one. */
    int place(int size) {
        if (!fits(size)) {
            streamAt = slot(used++);
            streamEnd = streamAt + ROOM;
        }
        int at = streamAt;
        streamAt += size;
        return at;
    }

    void clear() {
        used = 0;
        streamAt = 0;
        streamEnd = 0;
    }
}
