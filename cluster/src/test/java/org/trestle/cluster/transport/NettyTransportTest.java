package org.trestle.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trestle.cluster.transport.Mesh.A;
import static org.trestle.cluster.transport.Mesh.B;
import static org.trestle.cluster.transport.Mesh.C;
import static org.trestle.cluster.transport.Mesh.await;
import static org.trestle.cluster.transport.Mesh.failure;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.transport.PeerException.Kind;

final class NettyTransportTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Charset UTF = StandardCharsets.UTF_8;
    private final Mesh mesh = new Mesh();

    @AfterEach
    void close() throws Exception {
        mesh.close();
    }

    private static CompletionStage<byte[]> echo(NodeId from, byte[] body) {
        return CompletableFuture.completedFuture(body);
    }

    @Test
    void asksAndAnswersInBothDirections() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        a.handle(
                "who",
                (from, body) -> CompletableFuture.completedFuture(from.value().getBytes(UTF)));
        b.handle(
                "who",
                (from, body) -> CompletableFuture.completedFuture(from.value().getBytes(UTF)));
        mesh.introduce();
        assertEquals(A.value(), new String(await(a.request(B, "who", new byte[0], LONG)), UTF));
        assertEquals(B.value(), new String(await(b.request(A, "who", new byte[0], LONG)), UTF));
        assertTrue(a.lastHeard(B) != 0 && b.lastHeard(A) != 0, "both heard each other");
        assertEquals(0, a.lastHeard(C), "who is not in the book was never heard");
    }

    @Test
    void carriesBodiesOfEverySize() throws Exception {
        NettyTransport a = mesh.open(A);
        mesh.open(B).handle("echo", NettyTransportTest::echo);
        mesh.introduce();
        Random random = new Random(3);
        for (int size : new int[] {0, 1, 100, 8191, 8192, 8193, 70_000, 1 << 20, (16 << 20) - 32}) {
            byte[] body = new byte[size];
            random.nextBytes(body);
            assertArrayEquals(body, await(a.request(B, "echo", body, LONG)), "size " + size);
        }
        byte[] tooLong = new byte[16 << 20];
        assertEquals(
                Kind.UNREACHABLE, failure(a.request(B, "echo", tooLong, LONG)).kind());
    }

    @Test
    void keepsTheOrderOfRequestsOfOneSubject() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        b.handle("order", (from, body) -> {
            order.add(body[0] << 8 | body[1] & 0xff);
            return CompletableFuture.completedFuture(body);
        });
        mesh.introduce(); // no waiting: the first ones are asked before there is a connection
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            answers.add(a.request(B, "order", new byte[] {(byte) (i >> 8), (byte) i}, LONG)
                    .toCompletableFuture());
        }
        for (int i = 0; i < 3_000; i++) {
            await(answers.get(i));
            assertEquals(i, order.get(i));
        }
    }

    @Test
    void tellsWhyAHandlerFailed() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        b.handle("fails", (from, body) -> CompletableFuture.failedFuture(new IOException("the disk is full")));
        b.handle("throws", (from, body) -> {
            throw new IllegalStateException("not now");
        });
        b.handle("long", (from, body) -> CompletableFuture.completedFuture(new byte[17 << 20]));
        mesh.introduce();
        PeerException failed = failure(a.request(B, "fails", new byte[0], LONG));
        assertEquals(Kind.FAILED, failed.kind());
        assertEquals("the disk is full", failed.getMessage());
        assertEquals(
                "not now", failure(a.request(B, "throws", new byte[0], LONG)).getMessage());
        assertEquals(
                "the answer is too long",
                failure(a.request(B, "long", new byte[0], LONG)).getMessage());
        PeerException unknown = failure(a.request(B, "nonsense", new byte[0], LONG));
        assertEquals(Kind.FAILED, unknown.kind());
        assertTrue(unknown.getMessage().contains("nonsense"));
    }

    @Test
    void timesOutWhenNoAnswerComes() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        CompletableFuture<byte[]> never = new CompletableFuture<>();
        b.handle("never", (from, body) -> never);
        b.handle("echo", NettyTransportTest::echo);
        mesh.introduce();
        await(a.request(B, "echo", new byte[0], LONG));
        assertEquals(
                Kind.TIMEOUT,
                failure(a.request(B, "never", new byte[0], Duration.ofMillis(50)))
                        .kind());
        never.complete(new byte[] {1}); // too late, and no harm
        assertArrayEquals(new byte[] {2}, await(a.request(B, "echo", new byte[] {2}, LONG)));
    }

    @Test
    void saysAtOnceThatNobodyListens() throws Exception {
        NettyTransport a = mesh.open(A);
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        CompletableFuture<NodeId> refused = new CompletableFuture<>();
        a.onRefused(refused::complete);
        a.addresses(Map.of(B, new NodeAddress("127.0.0.1", free)));
        assertEquals(
                Kind.REFUSED, failure(a.request(B, "echo", new byte[0], LONG)).kind());
        assertEquals(B, await(refused));
    }

    @Test
    void doesNotSpeakToWhoIsNotInTheBook() throws Exception {
        NettyTransport a = mesh.open(A);
        PeerException why = failure(a.request(B, "echo", new byte[0], LONG));
        assertEquals(Kind.UNREACHABLE, why.kind());
        assertTrue(why.getMessage().contains("not a member"), why.getMessage());
    }

    @Test
    void isNotListenedToByWhoHasItNotInTheBook() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        b.handle("echo", NettyTransportTest::echo);
        a.addresses(Map.of(B, Mesh.address(b)));
        assertEquals(
                Kind.UNREACHABLE,
                failure(a.request(B, "echo", new byte[0], LONG)).kind());
        assertTrue(mesh.rejected(TransportMeters.Reason.NOT_A_MEMBER) >= 1);
        assertEquals(0, b.lastHeard(A));
    }

    @Test
    void failsWhatIsOpenWhenThePeerGoesAndAsksAgainWhenItIsBack() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        CompletableFuture<Void> asked = new CompletableFuture<>();
        b.handle("never", (from, body) -> {
            asked.complete(null);
            return new CompletableFuture<>();
        });
        mesh.introduce();
        CompletableFuture<NodeId> refused = new CompletableFuture<>();
        a.onRefused(refused::complete);
        CompletionStage<byte[]> open = a.request(B, "never", new byte[0], LONG);
        await(asked);
        NodeAddress address = Mesh.address(b);
        await(b.close());
        assertEquals(Kind.TIMEOUT, failure(open).kind(), "it was sent: nobody knows what became of it");
        assertEquals(B, await(refused), "the next dial finds nobody");
        assertEquals(
                Kind.REFUSED, failure(a.request(B, "echo", new byte[0], LONG)).kind());

        NettyTransport again = new NettyTransport(
                mesh.identity(B), mesh.group, mesh.timers, TransportLimits.defaults(), mesh.meters());
        again.handle("echo", NettyTransportTest::echo);
        again.addresses(Map.of(A, Mesh.address(a)));
        await(again.start(address));
        assertArrayEquals(new byte[] {5}, await(a.request(B, "echo", new byte[] {5}, LONG)), "asked at once");
        await(again.close());
    }

    @Test
    void followsAPeerToAnotherAddressAndLeavesWhoIsRemoved() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        b.handle("echo", NettyTransportTest::echo);
        mesh.introduce();
        await(a.request(B, "echo", new byte[0], LONG));
        NettyTransport moved = mesh.open(B);
        moved.handle("echo", (from, body) -> CompletableFuture.completedFuture(new byte[] {9}));
        mesh.introduce();
        assertArrayEquals(new byte[] {9}, await(a.request(B, "echo", new byte[0], LONG)));
        a.addresses(Map.of());
        assertEquals(
                Kind.UNREACHABLE,
                failure(a.request(B, "echo", new byte[0], LONG)).kind());
        assertEquals(0, a.lastHeard(B));
    }

    @Test
    void refusesMoreOpenRequestsThanTheLimit() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        b.handle("never", (from, body) -> new CompletableFuture<>());
        mesh.introduce();
        List<CompletionStage<byte[]>> open = new ArrayList<>();
        for (int i = 0; i < TransportLimits.defaults().pendingRequests(); i++) {
            open.add(a.request(B, "never", new byte[0], LONG));
        }
        PeerException why = failure(a.request(B, "never", new byte[0], LONG));
        assertEquals(Kind.UNREACHABLE, why.kind());
        assertTrue(why.getMessage().contains("too many requests"), why.getMessage());
        a.addresses(Map.of());
        for (CompletionStage<byte[]> one : open) {
            failure(one);
        }
    }

    @Test
    void namesThePortThatItCannotOpenAndTheCure() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            NettyTransport a = new NettyTransport(
                    mesh.identity(A), mesh.group, mesh.timers, TransportLimits.defaults(), mesh.meters());
            NodeAddress address = new NodeAddress("127.0.0.1", taken.getLocalPort());
            ExecutionException failed = assertThrows(ExecutionException.class, () -> await(a.start(address)));
            String message = failed.getCause().getMessage();
            assertTrue(failed.getCause() instanceof IOException);
            assertTrue(message.contains("127.0.0.1 port " + taken.getLocalPort()), message);
            assertTrue(message.contains("ss -ltnp"), message);
            await(a.close());
        }
    }

    @Test
    void countsItsLinksWhileItLives() throws Exception {
        SimpleMeterRegistry meters = mesh.meters();
        TransportLimits limits = TransportLimits.defaults();
        NettyTransport a = new NettyTransport(mesh.identity(A), mesh.group, mesh.timers, limits, meters);
        NettyTransport b = mesh.open(B);
        b.handle("echo", NettyTransportTest::echo);
        b.addresses(Map.of(A, Mesh.address(b)));
        a.addresses(Map.of(B, Mesh.address(b)));
        await(a.request(B, "echo", new byte[0], LONG));
        assertTrue(meters.get("cluster.transport.links").gauge().value() >= 1);
        assertEquals(1, meters.get("cluster.transport.requests").counter().count());
        await(a.close());
        assertNull(meters.find("cluster.transport.links").gauge(), "the next transport registers its own");
        NettyTransport next = new NettyTransport(mesh.identity(A), mesh.group, mesh.timers, limits, meters);
        assertEquals(0, meters.get("cluster.transport.links").gauge().value());
        await(next.close());
    }

    @Test
    void becomesAnotherNodeAtRunTime() throws Exception {
        NettyTransport a = mesh.open(A);
        NettyTransport b = mesh.open(B);
        b.handle(
                "who",
                (from, body) -> CompletableFuture.completedFuture(from.value().getBytes(UTF)));
        mesh.introduce();
        await(a.request(B, "who", new byte[0], LONG));
        b.addresses(Map.of(A, Mesh.address(a), C, Mesh.address(a)));
        a.identity(mesh.identity(C));
        assertEquals(C, a.self());
        assertEquals(C.value(), new String(await(a.request(B, "who", new byte[0], LONG)), UTF));
    }
}
