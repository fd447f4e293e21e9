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
import org.trestle.turn.stun.TransportAddress;

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

        /**
         * An ICMP error about a datagram that was sent to {@code peer}.
         *
         * @param data the next hop's MTU when it was too big, else 0
         */
        default void failed(TransportAddress peer, int type, int code, int data) {}
    }

    private static final int SOL_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int PMTUDISC_WANT = 1;
    private static final int PMTUDISC_PROBE = 3;
    private static final int PMTUDISC_OMIT = 5;
    private static final int IPV6_V6ONLY = 26;

    private final DatagramLoop loop;
    private final LinuxSocket socket;
    private final boolean ipv6;
    private final ByteBuf view;
    private final Reception reception;
    private final @Nullable PeerErrors errors;
    private @Nullable IoRegistration registration;
    private int first = Outbox.NONE;
    private int last = Outbox.NONE;
    private boolean segments;
    private int discovery = PMTUDISC_WANT;

    private UdpSocket(DatagramLoop loop, LinuxSocket socket, Options options, boolean ipv6, Receiver receiver)
            throws IOException {
        this.loop = loop;
        this.socket = socket;
        this.ipv6 = ipv6;
        this.segments = options.runs();
        this.view = loop.memory().bytes();
        this.reception = new Reception(loop, socket, ipv6, options, receiver);
        if (!ipv6) {
            clearDontFragment();
        }
        this.errors = options.errors() && ErrorQueue.available() ? PeerErrors.of(loop, socket, ipv6, receiver) : null;
    }

    /**
     * How a socket is opened.
     *
     * @param shared whether other loops listen on the same address (SO_REUSEPORT)
     * @param headroom whether each datagram needs bytes before it that may be overwritten
     * @param runs whether datagrams of equal size may be sent as one message, and received as one
     * @param errors whether the receiver is told of ICMP errors, where this machine can read them
     * @param buffer of the kernel for each direction, in bytes; 0 for its default
     */
    public record Options(boolean shared, boolean headroom, boolean runs, boolean errors, int buffer) {}

    /** Opens and binds a socket; it receives from now on. */
    public static UdpSocket open(DatagramLoop loop, InetSocketAddress local, Options options, Receiver receiver)
            throws IOException {
        boolean ipv6 = local.getAddress() instanceof Inet6Address;
        LinuxSocket socket = LinuxSocket.newSocketDgram(ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
        UdpSocket opened;
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
            opened = new UdpSocket(loop, socket, options, ipv6, receiver);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
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
        return reception.coalesces();
    }

    /** The kernel did not take a run, but may take its datagrams. */
    void runRefused(int error) {
        if (error == DatagramCalls.EIO || error == DatagramCalls.EINVAL) {
            segments = false;
        }
    }

    /** Whether the kernel may tell the error of an earlier datagram in the place of one that is to be sent. */
    boolean hearsErrors() {
        return errors != null;
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

    /**
     * Sends now, and as one piece or not at all. What is larger than the path takes goes out all the same, so that whoever
     * drops it says so each time, and the client hears of it even if it has missed the first ICMP error.
     */
    void sendUnfragmented(ByteBuf datagram, long high, long low, int port) {
        loop.send(this);
        fragment(false);
        send(datagram, high, low, port);
        loop.send(this);
        fragment(true);
    }

    /**
     * RFC 8656 section 15: DF is set in what a client sends with DONT-FRAGMENT, and in nothing else, so that no path with a
     * smaller MTU swallows the rest. IPv6 has no such bit. The way that ignores what ICMP says of a path's MTU, so that
     * nobody can make this machine send tiny fragments, and still reports it.
     */
    private void clearDontFragment() {
        try {
            socket.setIntOpt(SOL_IP, IP_MTU_DISCOVER, PMTUDISC_OMIT);
            discovery = PMTUDISC_OMIT;
        } catch (IOException kernelDoesNotKnowIt) {
            discovery = PMTUDISC_WANT;
        }
    }

    /** Whether the kernel sets DF in what this socket sends. */
    boolean setsDontFragment() throws IOException {
        return !ipv6 && socket.getIntOpt(SOL_IP, IP_MTU_DISCOVER) != PMTUDISC_OMIT;
    }

    private void fragment(boolean allowed) {
        try {
            int how = allowed ? discovery : PMTUDISC_PROBE;
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
        if (errors != null && ops.contains(EpollIoOps.EPOLLERR)) {
            errors.read();
        }
        if (ops.contains(EpollIoOps.EPOLLIN) || ops.contains(EpollIoOps.EPOLLERR)) {
            reception.read();
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
