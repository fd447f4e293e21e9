package org.trestle.turn.net;

import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * ICMP errors about what one socket has sent (RFC 8656 section 11.5). Whoever can make them come, a peer or a machine
 * in between, gets a bounded share of the loop: after {@link #MOST} in a second the kernel is told to keep none for a
 * second. Only the loop's thread may call.
 */
final class PeerErrors {
    /** Errors of one relayed address in a second that are looked at. */
    static final int MOST = 10;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final DatagramLoop loop;
    private final LinuxSocket socket;
    private final boolean ipv6;
    private final UdpSocket.Receiver receiver;
    private long secondBegan;
    private int seen;
    private boolean paused;

    private PeerErrors(DatagramLoop loop, LinuxSocket socket, boolean ipv6, UdpSocket.Receiver receiver) {
        this.loop = loop;
        this.socket = socket;
        this.ipv6 = ipv6;
        this.receiver = receiver;
    }

    /** Asks the kernel to keep errors for {@code socket}. */
    static PeerErrors of(DatagramLoop loop, LinuxSocket socket, boolean ipv6, UdpSocket.Receiver receiver)
            throws IOException {
        ErrorQueue.ask(socket, ipv6, true);
        return new PeerErrors(loop, socket, ipv6, receiver);
    }

    /** Hands over the errors that the kernel has kept. */
    void read() {
        ErrorQueue queue = loop.errors();
        while (!paused && socket.isOpen() && queue.next(socket.intValue())) {
            loop.counters().add(NetCounters.Count.ICMP_ERRORS, 1);
            ErrorQueue.Icmp icmp = queue.icmp();
            if (icmp != null) {
                receiver.failed(icmp.peer(), icmp.type(), icmp.code(), icmp.data());
            }
            count();
        }
    }

    private void count() {
        long now = System.nanoTime();
        if (seen == 0 || now - secondBegan >= SECOND) {
            secondBegan = now;
            seen = 0;
        }
        if (++seen >= MOST) {
            loop.counters().add(NetCounters.Count.ICMP_PAUSED, 1);
            listen(false);
            loop.executor().schedule(() -> listen(true), 1, TimeUnit.SECONDS);
        }
    }

    private void listen(boolean on) {
        if (!socket.isOpen()) {
            return;
        }
        try {
            ErrorQueue.ask(socket, ipv6, on);
            paused = !on;
            seen = 0;
        } catch (IOException e) {
            // The kernel knew the option when the socket was opened: at worst, clients hear of no more errors.
            paused = true;
        }
    }
}
