package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A UDP socket on one event loop that receives and sends in batches. Only the loop's thread may call. */
@SuppressWarnings("ReferenceEquality") // the view is told from other buffers by its identity
public final class UdpSocket implements EpollIoHandle {

    /** Who gets what a socket receives. */
    public interface Receiver {
        /**
         * A datagram: the readable bytes of {@code view}, which stay where they are until the end of the loop's turn.
         * The view itself serves all datagrams and is not to be kept; releasing it does nothing.
         */
        void received(ByteBuf view, long high, long low, int port);
    }

    private static final int SOL_UDP = 17;
    private static final int UDP_GRO = 104;
    private static final int SOL_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int PMTUDISC_WANT = 1;
    private static final int PMTUDISC_DO = 2;
    private static final int IPV6_V6ONLY = 26;
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
    private final Receiver receiver;
    private final ByteBuf view;
    private final Coalescing coalescing = new Coalescing();
    private @Nullable IoRegistration registration;
    private int batch = 2;
    private int first = Outbox.NONE;
    private int last = Outbox.NONE;
    private boolean segments;

    private UdpSocket(DatagramLoop loop, LinuxSocket socket, Options options, boolean ipv6, Receiver receiver) {
        this.loop = loop;
        this.socket = socket;
        this.ipv6 = ipv6;
        this.headroom = options.headroom();
        this.segments = options.runs();
        this.mayCoalesce = options.runs();
        this.receiver = receiver;
        this.view = loop.memory().bytes();
    }

    /**
     * How a socket is opened.
     *
     * @param shared whether other loops listen on the same address (SO_REUSEPORT)
     * @param headroom whether each datagram needs bytes before it that may be overwritten
     * @param runs whether datagrams of equal size may be sent as one message, and received as one
     * @param buffer of the kernel for each direction, in bytes; 0 for its default
     */
    public record Options(boolean shared, boolean headroom, boolean runs, int buffer) {}

    /** Opens and binds a socket; it receives from now on. */
    public static UdpSocket open(DatagramLoop loop, InetSocketAddress local, Options options, Receiver receiver)
            throws IOException {
        boolean ipv6 = local.getAddress() instanceof Inet6Address;
        LinuxSocket socket = LinuxSocket.newSocketDgram(ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
        try {
            if (ipv6) {
                socket.setIntOpt(SOL_IPV6, IPV6_V6ONLY, 1);
            }
            if (options.shared()) {
                socket.setReusePort(true);
            }
            if (options.buffer() > 0) {
                socket.setReceiveBufferSize(options.buffer());
                socket.setSendBufferSize(options.buffer());
            }
            socket.bind(local);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        UdpSocket opened = new UdpSocket(loop, socket, options, ipv6, receiver);
        loop.executor().register(opened).addListener(done -> {
            if (done.isSuccess()) {
                opened.registration = (IoRegistration) done.getNow();
                opened.registration.submit(EpollIoOps.EPOLLIN);
            }
        });
        return opened;
    }

    public InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    IoEventLoop executor() {
        return loop.executor();
    }

    int number() {
        return socket.intValue();
    }

    boolean ipv6() {
        return ipv6;
    }

    /** Whether the kernel cuts runs into datagrams for this socket. */
    boolean segments() {
        return segments;
    }

    /** Whether the kernel hands over runs as one now. */
    boolean coalesces() {
        return coalescing.on();
    }

    /** The kernel did not take a run, but may take its datagrams. */
    void runRefused(int error) {
        if (error != DatagramCalls.EMSGSIZE) {
            segments = false;
        }
    }

    /** Datagrams that the kernel did not take. */
    void dropped(int datagrams) {
        loop.counters().add(NetCounters.Count.DATAGRAMS_NOT_SENT, datagrams);
    }

    /**
     * Sends the readable bytes of {@code datagram} at the end of the loop's turn, and releases it then. What is in the
     * loop's packet memory is sent from there.
     */
    public void send(ByteBuf datagram, long high, long low, int port) {
        ByteBuf bytes = datagram.hasMemoryAddress() ? datagram : direct(datagram);
        Outbox outbox = loop.outbox();
        if (outbox.isFull()) {
            loop.sendAll();
        }
        int entry = outbox.add(
                bytes.memoryAddress() + bytes.readerIndex(),
                bytes.readableBytes(),
                bytes == view ? null : bytes,
                high,
                low,
                port);
        if (first == Outbox.NONE) {
            first = entry;
            loop.dirty(this);
        } else {
            outbox.next[last] = entry;
        }
        last = entry;
    }

    /** Sends now, and as one piece or not at all: what is larger than the path takes is dropped. */
    void sendUnfragmented(ByteBuf datagram, long high, long low, int port) {
        loop.send(this);
        fragment(false);
        send(datagram, high, low, port);
        loop.send(this);
        fragment(true);
    }

    private void fragment(boolean allowed) {
        try {
            int how = allowed ? PMTUDISC_WANT : PMTUDISC_DO;
            if (ipv6) {
                socket.setIntOpt(SOL_IPV6, IPV6_MTU_DISCOVER, how);
            } else {
                socket.setIntOpt(SOL_IP, IP_MTU_DISCOVER, how);
            }
        } catch (IOException e) {
            dropped(1);
        }
    }

    private static ByteBuf direct(ByteBuf heap) {
        ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, heap.readableBytes()));
        copy.writeBytes(heap);
        heap.release();
        return copy;
    }

    int takeWaiting() {
        int entry = first;
        first = Outbox.NONE;
        last = Outbox.NONE;
        return entry;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        EpollIoOps ops = ((EpollIoEvent) event).ops();
        if (ops.contains(EpollIoOps.EPOLLIN) || ops.contains(EpollIoOps.EPOLLERR)) {
            read();
        }
    }

    private void read() {
        for (int i = 0; i < READS_PER_EVENT && socket.isOpen(); i++) {
            if (!(coalescing.on() ? readRuns() : readBatch())) {
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
        int count = DatagramCalls.recvmmsg(number(), ipv6, in.row(), slot, asked);
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
            int length = DatagramCalls.recvmsg(number(), ipv6, in.message(slot));
            if (length < 0) {
                return false;
            }
            loop.memory().take(1);
            int datagrams = run(in, slot, length);
            if (coalescing.stopAfter(datagrams)) {
                coalesce(false);
                return true;
            }
        }
        return true;
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

    @Override
    public void close() {
        if (!socket.isOpen()) {
            return;
        }
        // What waits goes out first: its number may be another socket's a moment later.
        loop.send(this);
        if (registration != null) {
            registration.cancel();
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
