package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;

/**
 * How one UDP socket is read: several datagrams a call, or, where the kernel puts runs of one sender together, a run a
 * call that is then taken apart. Only the loop's thread may call.
 */
final class Reception {
    private static final int SOL_UDP = 17;
    private static final int UDP_GRO = 104;
    private static final int READS_PER_EVENT = 4;

    /** Slots that the datagrams of one run take at most when each gets room before it: 64 KiB of them and their gaps. */
    private static final int SLOTS_APART = 6;

    /** Bytes after a datagram that may be written, so that it becomes a frame of a stream. */
    private static final int PADDING = 8;

    private final DatagramLoop loop;
    private final LinuxSocket socket;
    private final boolean ipv6;
    private final boolean headroom;
    private final boolean mayCoalesce;
    private final UdpSocket.Receiver receiver;
    private final ByteBuf view;
    private final Coalescing coalescing = new Coalescing();
    private int batch = 2;

    /** Runs are no longer wanted, but some may wait: only as long as the kernel makes runs does it tell their sizes. */
    private boolean ending;

    Reception(
            DatagramLoop loop,
            LinuxSocket socket,
            boolean ipv6,
            UdpSocket.Options options,
            UdpSocket.Receiver receiver) {
        this.loop = loop;
        this.socket = socket;
        this.ipv6 = ipv6;
        this.headroom = options.headroom();
        this.mayCoalesce = options.runs();
        this.receiver = receiver;
        this.view = loop.memory().bytes();
    }

    /** Whether the kernel hands over runs as one now. */
    boolean coalesces() {
        return coalescing.on();
    }

    /** Receives what has come, up to a bound; the rest with the next event. */
    void read() {
        for (int i = 0; i < READS_PER_EVENT && socket.isOpen(); i++) {
            boolean runs = coalescing.on() || ending;
            if (!(runs ? readRuns() : readBatch())) {
                return;
            }
        }
    }

    /** Receives several datagrams at once; false when there are no more. */
    private boolean readBatch() {
        loop.reserve(batch);
        Messages in = loop.in();
        int slot = loop.memory().used();
        for (int i = slot; i < slot + batch; i++) {
            in.incoming(i, i, 1);
        }
        int asked = batch;
        int count = DatagramCalls.recvmmsg(socket.intValue(), ipv6, in.row(), slot, asked);
        if (count <= 0) {
            return false;
        }
        loop.memory().take(count);
        batch = count == asked ? Math.min(DatagramLoop.BATCH, 2 * asked) : Math.max(2, Math.min(batch, 2 * count));
        int runs = 0;
        long lastLow = 0;
        int lastPort = -1;
        for (int i = slot; i < slot + count; i++) {
            byte[] sender = in.sender(i);
            int senderLength = ipv6 ? 16 : 4;
            long low = DatagramLoop.low(sender, senderLength);
            int port = in.senderPort(i);
            if (port != lastPort || low != lastLow) {
                runs++;
                lastPort = port;
                lastLow = low;
            }
            int at = PacketMemory.slot(i);
            view.setIndex(at, at + in.length(i));
            receiver.received(view, DatagramLoop.high(sender, senderLength), low, port);
        }
        if (mayCoalesce && coalescing.tryAfter(count, runs)) {
            coalesce(true);
        }
        return count == asked;
    }

    /** Receives runs of datagrams that the kernel has put together; false when there are no more. */
    private boolean readRuns() {
        Messages in = loop.in();
        for (int read = 0; read < DatagramLoop.BATCH; read++) {
            loop.reserve(1 + SLOTS_APART);
            int slot = loop.memory().used();
            in.incoming(slot, slot, 1);
            int length = DatagramCalls.recvmsg(socket.intValue(), ipv6, in.message(slot));
            if (length < 0) {
                if (ending && length == DatagramCalls.EAGAIN) {
                    ending = false;
                    coalesce(false);
                    dropUnclear(in, slot);
                }
                return false;
            }
            loop.memory().take(1);
            int datagrams = run(in, slot, length);
            if (!ending && coalescing.stopAfter(datagrams)) {
                ending = true;
            }
        }
        return true;
    }

    /**
     * What has come between the last read and the end of runs, mostly nothing, may be a run that looks like one
     * datagram: it is lost, as datagrams may be, and never handed over glued together.
     */
    private void dropUnclear(Messages in, int slot) {
        for (int i = 0; i < DatagramLoop.BATCH; i++) {
            in.incoming(slot, slot, 1);
            if (DatagramCalls.recvmsg(socket.intValue(), ipv6, in.message(slot)) < 0) {
                return;
            }
        }
    }

    /** Hands over the datagrams of a run; gives how many there are. */
    private int run(Messages in, int slot, int length) {
        byte[] sender = in.sender(slot);
        int senderLength = ipv6 ? 16 : 4;
        long high = DatagramLoop.high(sender, senderLength);
        long low = DatagramLoop.low(sender, senderLength);
        int port = in.senderPort(slot);
        int segment = in.segment(slot);
        int start = PacketMemory.slot(slot);
        if (segment == 0 || segment >= length) {
            view.setIndex(start, start + length);
            receiver.received(view, high, low, port);
            return 1;
        }
        int datagrams = 0;
        int apart = 0;
        int end = 0;
        for (int from = 0; from < length; from += segment) {
            int size = Math.min(segment, length - from);
            int at = start + from;
            if (headroom && from > 0) {
                // What stands before it is the end of another one: it gets a place of its own.
                if (apart == 0 || apart + size > end) {
                    int next = loop.memory().used();
                    loop.memory().take(1);
                    apart = PacketMemory.slot(next);
                    end = apart + PacketMemory.ROOM;
                }
                view.setBytes(apart, view, at, size);
                at = apart;
                apart += size + PacketMemory.HEADROOM + PADDING;
            }
            view.setIndex(at, at + size);
            receiver.received(view, high, low, port);
            datagrams++;
        }
        return datagrams;
    }

    private void coalesce(boolean on) {
        try {
            socket.setIntOpt(SOL_UDP, UDP_GRO, on ? 1 : 0);
        } catch (IOException e) {
            coalescing.refused();
        }
    }
}
