package org.trestle.turn.net;

import io.netty.channel.unix.Buffer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A row of message headers for the batched calls: each has a list of pieces of memory, an address, and a segment size.
 * Made once and used again for every batch.
 */
final class Messages {

    /** Bytes of one struct iovec. */
    static final int PIECE = 16;

    private static final MethodHandle SET_MEMORY = setter("memoryAddress", long.class);
    private static final MethodHandle SET_COUNT = setter("count", int.class);
    private static final MethodHandle SET_LENGTH = setter("recipientAddrLen", int.class);
    private static final MethodHandle SET_PORT = setter("recipientPort", int.class);
    private static final MethodHandle SET_SEGMENT = setter("segmentSize", int.class);
    private static final MethodHandle COUNT = getter("count");
    private static final MethodHandle SEGMENT = getter("segmentSize");
    private static final MethodHandle SENDER_PORT = getter("senderPort");

    private final Object[] packets;
    private final byte[][] senders;
    private final byte[][] recipients;
    private final ByteBuffer pieces;
    private final long piecesAddress;

    Messages(int count, int pieceCount) {
        DatagramCalls.Natives natives = DatagramCalls.natives();
        packets = (Object[]) Array.newInstance(natives.packet(), count);
        senders = new byte[count][];
        recipients = new byte[count][];
        pieces = ByteBuffer.allocateDirect(pieceCount * PIECE).order(ByteOrder.nativeOrder());
        piecesAddress = Buffer.memoryAddress(pieces);
        try {
            MethodHandle make =
                    natives.packetLookup().unreflectConstructor(natives.packet().getDeclaredConstructors()[0]);
            VarHandle sender = natives.packetLookup().findVarHandle(natives.packet(), "senderAddr", byte[].class);
            VarHandle recipient = natives.packetLookup().findVarHandle(natives.packet(), "recipientAddr", byte[].class);
            for (int i = 0; i < count; i++) {
                packets[i] = make.invokeWithArguments(new Object[] {null});
                senders[i] = (byte[]) sender.get(packets[i]);
                recipients[i] = (byte[]) recipient.get(packets[i]);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("netty's message class has changed", e);
        }
    }

    /** The row, as the calls want it. */
    Object row() {
        return packets;
    }

    Object message(int index) {
        return packets[index];
    }

    /** Writes entry {@code index} of the table of pieces. */
    void piece(int index, long address, int length) {
        pieces.putLong(index * PIECE, address);
        pieces.putLong(index * PIECE + 8, length);
    }

    /** Message {@code index} has room for what is received in {@code count} pieces from {@code first} on. */
    void incoming(int index, int first, int count) {
        Object message = packets[index];
        try {
            SET_MEMORY.invokeExact(message, piecesAddress + (long) first * PIECE);
            SET_COUNT.invokeExact(message, count);
        } catch (Throwable e) {
            throw DatagramCalls.failed(e);
        }
    }

    /**
     * Message {@code index} is made of {@code count} pieces from {@code first} on and goes to an address.
     *
     * @param segment size of the datagrams that the kernel cuts out of it; 0 when it is one datagram
     */
    void outgoing(int index, int first, int count, byte[] address, int addressLength, int port, int segment) {
        Object message = packets[index];
        System.arraycopy(address, 0, recipients[index], 0, addressLength);
        try {
            SET_MEMORY.invokeExact(message, piecesAddress + (long) first * PIECE);
            SET_COUNT.invokeExact(message, count);
            SET_LENGTH.invokeExact(message, addressLength);
            SET_PORT.invokeExact(message, port);
            SET_SEGMENT.invokeExact(message, segment);
        } catch (Throwable e) {
            throw DatagramCalls.failed(e);
        }
    }

    /** Bytes that were received into message {@code index}. */
    int length(int index) {
        try {
            return (int) COUNT.invokeExact(packets[index]);
        } catch (Throwable e) {
            throw DatagramCalls.failed(e);
        }
    }

    /** Size of the datagrams that were received as one; 0 when it was one. */
    int segment(int index) {
        try {
            return (int) SEGMENT.invokeExact(packets[index]);
        } catch (Throwable e) {
            throw DatagramCalls.failed(e);
        }
    }

    int senderPort(int index) {
        try {
            return (int) SENDER_PORT.invokeExact(packets[index]);
        } catch (Throwable e) {
            throw DatagramCalls.failed(e);
        }
    }

    /** The sender's address, 4 or 16 bytes of the array being used; the array is used again. */
    byte[] sender(int index) {
        return senders[index];
    }

    private static MethodHandle getter(String name) {
        DatagramCalls.Natives natives = DatagramCalls.natives();
        try {
            return natives.packetLookup()
                    .findGetter(natives.packet(), name, int.class)
                    .asType(MethodType.methodType(int.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("netty's message class has changed: no field " + name, e);
        }
    }

    private static MethodHandle setter(String name, Class<?> type) {
        DatagramCalls.Natives natives = DatagramCalls.natives();
        try {
            return natives.packetLookup()
                    .findSetter(natives.packet(), name, type)
                    .asType(MethodType.methodType(void.class, Object.class, type));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("netty's message class has changed: no field " + name, e);
        }
    }
}
