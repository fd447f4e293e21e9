package org.trestle.deploy.bench.turn;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends packets at a steady rate, one at a time. Its loop never sleeps meanwhile, because it watches a socket that may
 * always be written to: neither a timer nor the waking of the load is part of what is measured. On the load's event
 * loop only.
 */
final class Pacer implements EpollIoHandle {

    /** When the load itself was held up for longer than this many packets, they are left out and not sent at once. */
    private static final int MOST_AT_ONCE = 4;

    private final double packetsPerNano;
    private final Runnable packet;
    private final LinuxSocket alwaysReady = LinuxSocket.newSocketDgram(SocketProtocolFamily.INET);
    private final long start = System.nanoTime();
    private @Nullable IoRegistration registration;
    private @Nullable Delays delays;
    private long sent;

    private Pacer(int packetsPerSecond, Runnable packet) {
        this.packetsPerNano = packetsPerSecond / 1e9;
        this.packet = packet;
    }

    /** Begins at once; {@code packet} sends one. */
    static Pacer start(IoEventLoop loop, int packetsPerSecond, Runnable packet) {
        Pacer pacer = new Pacer(packetsPerSecond, packet);
        loop.register(pacer).addListener(done -> {
            if (done.isSuccess()) {
                pacer.registration = (IoRegistration) done.getNow();
                pacer.registration.submit(EpollIoOps.EPOLLOUT);
            }
        });
        return pacer;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        long due = (long) ((System.nanoTime() - start) * packetsPerNano);
        for (long i = Math.max(sent, due - MOST_AT_ONCE); i < due; i++) {
            packet.run();
        }
        sent = due;
    }

    /** From now on delays are counted here; null: no longer. */
    void countIn(@Nullable Delays wanted) {
        delays = wanted;
    }

    /** A packet has come that was sent then. */
    void arrived(long sentNanos) {
        if (delays != null) {
            delays.add(System.nanoTime() - sentNanos);
        }
    }

    @Override
    public FileDescriptor fd() {
        return alwaysReady;
    }

    @Override
    public void close() throws IOException {
        if (registration != null) {
            registration.cancel();
        }
        alwaysReady.close();
    }
}
