package org.trestle.cluster.transport;

import com.sun.management.OperatingSystemMXBean;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/**
 * What a request and a message cost on this machine's loopback, both ends in one process with one event loop each. A
 * program, not a test: its figures are kept in {@code docs/decisions/033-transport-figures.md}.
 */
public final class TransportMeasurement {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private TransportMeasurement() {}

    /** Prints one line a figure. */
    public static void main(String[] args) throws Exception {
        try (Mesh mesh = new Mesh()) {
            EventLoopGroup one = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            EventLoopGroup two = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            NettyTransport a = node(mesh, Mesh.A, one);
            NettyTransport b = node(mesh, Mesh.B, two);
            b.handle("echo", (from, body) -> CompletableFuture.completedFuture(body));
            Map<NodeId, NodeAddress> book = new HashMap<>();
            book.put(Mesh.A, Mesh.address(a));
            book.put(Mesh.B, Mesh.address(b));
            a.addresses(book);
            b.addresses(book);
            Mesh.await(a.request(Mesh.B, "echo", new byte[100], LONG));
            for (int round = 0; round < 3; round++) {
                roundTrips(a, 10_000);
                pipelined(a, 200_000, 64);
                tells(a, b, one.next(), 2_000_000, 200, 100);
                tells(a, b, one.next(), 2_000_000, 200, 1);
            }
            Mesh.await(a.close());
            Mesh.await(b.close());
            one.shutdownGracefully(0, 5, TimeUnit.SECONDS).get();
            two.shutdownGracefully(0, 5, TimeUnit.SECONDS).get();
        }
    }

    private static NettyTransport node(Mesh mesh, NodeId id, EventLoopGroup group) throws Exception {
        NettyTransport transport =
                new NettyTransport(mesh.identity(id), group, mesh.timers, TransportLimits.defaults(), mesh.meters());
        Mesh.await(transport.startOnFreePort("127.0.0.1"));
        return transport;
    }

    private static void roundTrips(NettyTransport a, int count) throws Exception {
        long[] nanos = new long[count];
        byte[] body = new byte[100];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            Mesh.await(a.request(Mesh.B, "echo", body, LONG));
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "one request at a time: p50 %.0f us, p99 %.0f us%n",
                nanos[count / 2] / 1e3, nanos[count - count / 100] / 1e3);
    }

    private static void pipelined(NettyTransport a, int count, int window) throws Exception {
        AtomicInteger left = new AtomicInteger(count);
        CountDownLatch done = new CountDownLatch(count);
        byte[] body = new byte[100];
        long begin = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        Runnable next = new Runnable() {
            @Override
            public void run() {
                if (left.getAndDecrement() > 0) {
                    a.request(Mesh.B, "echo", body, LONG).whenComplete((answer, failure) -> {
                        if (failure != null || answer.length != body.length) {
                            throw new IllegalStateException(failure);
                        }
                        done.countDown();
                        run();
                    });
                }
            }
        };
        for (int i = 0; i < window; i++) {
            next.run();
        }
        if (!done.await(100, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a request failed");
        }
        print(window + " requests under way", count, begin, cpu);
    }

    private static void tells(NettyTransport a, NettyTransport b, EventLoop loop, int count, int size, int perTurn)
            throws Exception {
        CountDownLatch done = new CountDownLatch(count);
        b.onTold("bus", (from, body) -> done.countDown());
        AtomicInteger left = new AtomicInteger(count);
        byte[] bytes = new byte[size];
        CompletableFuture<Void> ready = new CompletableFuture<>();
        loop.execute(() -> {
            if (a.writable(Mesh.B)) {
                ready.complete(null);
            } else {
                a.onWritable(Mesh.B, () -> ready.complete(null));
            }
        });
        Mesh.await(ready);
        long begin = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                for (int i = 0; i < perTurn && left.get() > 0; i++) {
                    if (!a.writable(Mesh.B)) {
                        a.onWritable(Mesh.B, this);
                        return;
                    }
                    if (a.tell(
                            Mesh.B,
                            "bus",
                            PooledByteBufAllocator.DEFAULT.buffer(size).writeBytes(bytes))) {
                        left.decrementAndGet();
                    }
                }
                if (left.get() > 0) {
                    loop.execute(this);
                }
            }
        });
        done.await();
        print("messages of " + size + " bytes, " + perTurn + " a turn", count, begin, cpu);
    }

    private static void print(String what, int count, long begin, long cpu) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        double used = (SYSTEM.getProcessCpuTime() - cpu) / 1e3;
        System.out.printf("%s: %.0f a second, %.2f us of CPU each (both ends)%n", what, count / seconds, used / count);
    }
}
