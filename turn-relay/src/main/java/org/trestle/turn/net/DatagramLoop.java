package org.trestle.turn.net;

import io.netty.channel.IoEventLoop;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/**
 * The datagrams of one event loop: memory that they are received into, and what waits to be sent. All sockets of the
 * loop share both. What is received in one turn of the loop is sent at its end, in as few system calls as possible.
 *
 * <p>Only the loop's thread may call.
 */
public final class DatagramLoop {

    /** Datagrams per recvmmsg at most. */
    static final int BATCH = 64;

    /** Datagrams that the kernel cuts out of one message at most: its own limit in the oldest kernels that can do it. */
    private static final int SEGMENTS = 64;

    /** Attempts beyond the first to send a message in whose place the kernel told the error of an earlier one. */
    private static final int MORE_ATTEMPTS = 3;

    /** Payload of one message at most: 65,535 less the headers of IPv6 and UDP. */
    private static final int MESSAGE_BYTES = 65_487;

    private static final int MESSAGES = 128;
    private static final int PIECES = 1024;

    private final IoEventLoop executor;
    private final NetCounters counters;
    private final PacketMemory memory = new PacketMemory();
    private final Messages in = new Messages(PacketMemory.SLOTS, PacketMemory.SLOTS);
    private final Messages out = new Messages(MESSAGES, PIECES);
    private final Messages one = new Messages(1, 1);
    private final int[] firstEntry = new int[MESSAGES];
    private final int[] entries = new int[MESSAGES];
    private final byte[] address = new byte[16];
    private final Outbox outbox = new Outbox();
    private final ErrorQueue errors = new ErrorQueue();
    private final Runnable endOfTurn = this::endOfTurn;
    private @Nullable UdpSocket[] dirty = new UdpSocket[64];
    private int dirtyCount;
    private @Nullable StreamLeg[] dirtyLegs = new StreamLeg[64];
    private int dirtyLegCount;
    private boolean scheduled;

    public DatagramLoop(IoEventLoop executor, NetCounters counters) {
        this.executor = executor;
        this.counters = counters;
        for (int i = 0; i < PacketMemory.SLOTS; i++) {
            in.piece(i, memory.address(PacketMemory.slot(i)), PacketMemory.ROOM);
        }
    }

    IoEventLoop executor() {
        return executor;
    }

    NetCounters counters() {
        return counters;
    }

    PacketMemory memory() {
        return memory;
    }

    /** Message {@code i} receives into slot {@code i}. */
    Messages in() {
        return in;
    }

    ErrorQueue errors() {
        return errors;
    }

    Outbox outbox() {
        return outbox;
    }

    /** A socket has its first datagram waiting. */
    void dirty(UdpSocket socket) {
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
        }
        dirty[dirtyCount++] = socket;
        schedule();
    }

    /** A connection has bytes to write at the end of the turn. */
    void dirty(StreamLeg leg) {
        if (dirtyLegCount == dirtyLegs.length) {
            dirtyLegs = Arrays.copyOf(dirtyLegs, 2 * dirtyLegCount);
        }
        dirtyLegs[dirtyLegCount++] = leg;
        schedule();
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            executor.execute(endOfTurn);
        }
    }

    private void endOfTurn() {
        scheduled = false;
        sendAll();
        memory.clear();
        for (int i = 0; i < dirtyLegCount; i++) {
            StreamLeg leg = dirtyLegs[i];
            dirtyLegs[i] = null;
            if (leg != null) {
                leg.flush();
            }
        }
        dirtyLegCount = 0;
    }

    /** Makes room for {@code slots} datagrams. Not while a received one is being looked at. */
    void reserve(int slots) {
        if (memory.free() < slots) {
            sendAll();
            memory.clear();
        } else if (outbox.isEmpty()) {
            memory.clear();
        }
    }

    /**
     * A place for {@code bytes}, at most {@link PacketMemory#ROOM}, that stays until the end of the turn. Not while a
     * received datagram is being looked at.
     */
    int place(int bytes) {
        if (!memory.fits(bytes)) {
            reserve(1);
        }
        return memory.place(bytes);
    }

    /** Sends everything that waits. */
    void sendAll() {
        for (int i = 0; i < dirtyCount; i++) {
            UdpSocket socket = dirty[i];
            dirty[i] = null;
            if (socket != null) {
                send(socket);
            }
        }
        dirtyCount = 0;
        outbox.clear();
    }

    /** Sends what waits on one socket. */
    void send(UdpSocket socket) {
        int entry = socket.takeWaiting();
        int messages = 0;
        int pieces = 0;
        while (entry != Outbox.NONE) {
            if (messages == MESSAGES || pieces + 1 > PIECES) {
                submit(socket, messages);
                messages = 0;
                pieces = 0;
            }
            int first = pieces;
            int start = entry;
            int size = outbox.length[entry];
            int total = 0;
            int count = 0;
            int last = size;
            // A run: the same destination and size; the last one may be shorter.
            do {
                last = outbox.length[entry];
                out.piece(pieces++, outbox.address[entry], last);
                total += last;
                count++;
                entry = outbox.next[entry];
            } while (entry != Outbox.NONE
                    && socket.segments()
                    && last == size
                    && count < SEGMENTS
                    && outbox.length[entry] <= size
                    && outbox.length[entry] > 0
                    && total + outbox.length[entry] <= MESSAGE_BYTES
                    && pieces + 1 <= PIECES
                    && outbox.sameDestination(start, entry));
            int addressLength = outbox.destination(start, address);
            out.outgoing(
                    messages, first, pieces - first, address, addressLength, outbox.port[start], count > 1 ? size : 0);
            firstEntry[messages] = start;
            entries[messages] = count;
            messages++;
        }
        submit(socket, messages);
    }

    private void submit(UdpSocket socket, int messages) {
        int sent = 0;
        int attempts = socket.hearsErrors() ? MORE_ATTEMPTS : 0;
        while (sent < messages) {
            int result = DatagramCalls.sendmmsg(socket.number(), socket.ipv6(), out.row(), sent, messages - sent);
            if (result > 0) {
                sent += result;
                attempts = socket.hearsErrors() ? MORE_ATTEMPTS : 0;
            } else if (result == DatagramCalls.EAGAIN) {
                socket.dropped(datagrams(sent, messages));
                return;
            } else if (attempts > 0) {
                attempts--;
            } else {
                failed(socket, sent, result);
                sent++;
            }
        }
    }

    private int datagrams(int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += entries[i];
        }
        return sum;
    }

    /** Message {@code message} cannot be sent: when it is a run, its datagrams go one by one. */
    private void failed(UdpSocket socket, int message, int error) {
        if (entries[message] == 1) {
            socket.dropped(1);
            return;
        }
        socket.runRefused(error);
        int entry = firstEntry[message];
        for (int i = 0; i < entries[message]; i++) {
            // The table of pieces still belongs to the messages behind this one, so a row of its own is needed.
            single(socket, entry);
            entry = outbox.next[entry];
        }
    }

    private void single(UdpSocket socket, int entry) {
        one.piece(0, outbox.address[entry], outbox.length[entry]);
        int addressLength = outbox.destination(entry, address);
        one.outgoing(0, 0, 1, address, addressLength, outbox.port[entry], 0);
        int attempts = socket.hearsErrors() ? MORE_ATTEMPTS : 0;
        int result = DatagramCalls.sendmmsg(socket.number(), socket.ipv6(), one.row(), 0, 1);
        while (result < 0 && result != DatagramCalls.EAGAIN && attempts-- > 0) {
            result = DatagramCalls.sendmmsg(socket.number(), socket.ipv6(), one.row(), 0, 1);
        }
        if (result < 0) {
            socket.dropped(1);
        }
    }

    static long high(byte[] address, int length) {
        return length == 4 ? 0 : word(address, 0, 8);
    }

    static long low(byte[] address, int length) {
        if (length == 4) {
            return TransportAddress.ipv4((int) word(address, 0, 4));
        }
        return word(address, 8, 8);
    }

    private static long word(byte[] bytes, int from, int count) {
        long word = 0;
        for (int i = from; i < from + count; i++) {
            word = (word << 8) | (bytes[i] & 0xff);
        }
        return word;
    }
}
