package org.trestle.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trestle.cluster.transport.Mesh.A;
import static org.trestle.cluster.transport.Mesh.B;
import static org.trestle.cluster.transport.Mesh.C;
import static org.trestle.cluster.transport.Mesh.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.SystemTimers;

final class TellTest {
    private final Mesh mesh = new Mesh();

    @AfterEach
    void close() throws Exception {
        mesh.close();
    }

    /** Completes on {@code loop} when its link from {@code a} to B takes messages. */
    private static CompletableFuture<Void> ready(NettyTransport a, EventLoop loop) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                if (a.writable(B)) {
                    ready.complete(null);
                } else {
                    a.onWritable(B, this);
                }
            }
        });
        return ready;
    }

    private static ByteBuf number(int sender, int value) {
        return Unpooled.buffer(8).writeInt(sender).writeInt(value);
    }

    @Test
    void keepsTheOrderOfEachLoop() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        int messages = 20_000;
        Map<Integer, List<Integer>> received = new ConcurrentHashMap<>();
        Map<Integer, Set<Thread>> threads = new ConcurrentHashMap<>();
        CountDownLatch all = new CountDownLatch(2 * messages);
        b.onTold("count", (from, body) -> {
            assertEquals(A, from);
            int sender = body.readInt();
            received.computeIfAbsent(sender, fresh -> Collections.synchronizedList(new ArrayList<>()))
                    .add(body.readInt());
            threads.computeIfAbsent(sender, fresh -> Collections.synchronizedSet(new HashSet<>()))
                    .add(Thread.currentThread());
            all.countDown();
        });
        mesh.introduce();
        EventLoop[] loops = {mesh.group.next(), mesh.group.next()};
        for (int sender = 0; sender < 2; sender++) {
            await(ready(a, loops[sender]));
            int name = sender;
            loops[sender].execute(() -> {
                for (int i = 0; i < messages; i++) {
                    assertTrue(a.tell(B, "count", number(name, i)));
                }
            });
        }
        assertTrue(all.await(Mesh.SECONDS, TimeUnit.SECONDS));
        for (int sender = 0; sender < 2; sender++) {
            for (int i = 0; i < messages; i++) {
                assertEquals(i, received.get(sender).get(i));
            }
            assertEquals(1, threads.get(sender).size(), "one link is read by one event loop");
        }
        assertTrue(b.lastHeard(A) != 0);
    }

    @Test
    void saysThatAMessageIsGoneAndReleasesIt() throws Exception {
        NettyTransport a = mesh.open(A);
        EventLoop loop = mesh.group.next();
        ByteBuf body = number(0, 0);
        assertFalse(loop.submit(() -> a.tell(C, "count", body)).get(Mesh.SECONDS, TimeUnit.SECONDS));
        assertEquals(0, body.refCnt());
        assertFalse(loop.submit(() -> a.writable(C)).get(Mesh.SECONDS, TimeUnit.SECONDS));
        CompletableFuture<Void> told = new CompletableFuture<>();
        loop.execute(() -> a.onWritable(C, () -> told.complete(null)));
        await(told);
    }

    @Test
    void takesMessagesFromThreadsThatAreNoLoop() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        CompletableFuture<Integer> received = new CompletableFuture<>();
        b.onTold("count", (from, body) -> received.complete(body.getInt(4)));
        mesh.introduce();
        CompletableFuture<Void> ready = new CompletableFuture<>();
        a.onWritable(B, () -> ready.complete(null));
        await(ready);
        assertTrue(a.tell(B, "count", number(0, 42)));
        assertEquals(42, await(received));
    }

    @Test
    void survivesAHandlerThatFails() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        CompletableFuture<Integer> received = new CompletableFuture<>();
        b.onTold("fails", (from, body) -> {
            throw new IllegalStateException("as intended by this test");
        });
        b.onTold("count", (from, body) -> received.complete(body.getInt(4)));
        mesh.introduce();
        EventLoop loop = mesh.group.next();
        await(ready(a, loop));
        loop.execute(() -> {
            a.tell(B, "fails", number(0, 1));
            a.tell(B, "nobody", number(0, 2));
            a.tell(B, "count", number(0, 3));
        });
        assertEquals(3, await(received));
    }

    @Test
    void pressesBackWhenThePeerDoesNotRead() throws Exception {
        NettyTransport a = mesh.open(A);
        EventLoopGroup slow = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        NettyTransport b = new NettyTransport(
                mesh.identity(B), slow, new SystemTimers(mesh.group.next()), TransportLimits.defaults(), mesh.meters());
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger received = new AtomicInteger();
        b.onTold("bulk", (from, body) -> {
            try {
                assertTrue(release.await(Mesh.SECONDS, TimeUnit.SECONDS)); // a peer whose loop hangs
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            received.incrementAndGet();
        });
        await(b.startOnFreePort("127.0.0.1"));
        Map<NodeId, NodeAddress> book = new HashMap<>();
        book.put(A, Mesh.address(a));
        book.put(B, Mesh.address(b));
        b.addresses(book);
        a.addresses(book);
        EventLoop loop = mesh.group.next();
        await(ready(a, loop));

        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Integer> full = new CompletableFuture<>();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                for (int i = 0; i < 100; i++) {
                    if (!a.tell(B, "bulk", Unpooled.wrappedBuffer(new byte[10_000]))) {
                        full.complete(sent.get());
                        return;
                    }
                    sent.incrementAndGet();
                }
                loop.execute(this);
            }
        });
        int accepted = await(full);
        assertTrue(accepted * 10_000L <= TransportLimits.defaults().queueBytes() + 64_000_000L, "bounded: " + accepted);
        assertFalse(loop.submit(() -> a.writable(B)).get(Mesh.SECONDS, TimeUnit.SECONDS));
        CompletableFuture<Boolean> room = new CompletableFuture<>();
        loop.execute(() -> a.onWritable(B, () -> room.complete(a.writable(B))));
        assertFalse(room.isDone());
        release.countDown();
        assertTrue(await(room), "told when there is room");
        CompletableFuture<Void> last = new CompletableFuture<>();
        b.onTold("last", (from, body) -> last.complete(null));
        loop.execute(() -> a.tell(B, "last", Unpooled.EMPTY_BUFFER));
        await(last);
        assertEquals(accepted, received.get(), "what was taken was delivered, and in order");
        await(b.close());
        slow.shutdownGracefully(0, Mesh.SECONDS, TimeUnit.SECONDS).get(Mesh.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void wakesThoseWhoWaitWhenThePeerIsRemoved() throws Exception {
        NettyTransport a = mesh.open(A);
        mesh.open(B);
        EventLoop loop = mesh.group.next();
        CompletableFuture<Void> woken = new CompletableFuture<>();
        a.addresses(Map.of(B, new NodeAddress("192.0.2.1", 9))); // an address that answers nothing
        loop.execute(() -> a.onWritable(B, () -> woken.complete(null)));
        a.addresses(Map.of());
        await(woken);
    }
}
