package org.trestle.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trestle.cluster.transport.Mesh.A;
import static org.trestle.cluster.transport.Mesh.B;
import static org.trestle.cluster.transport.Mesh.await;
import static org.trestle.cluster.transport.Mesh.failure;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.transport.PeerException.Kind;

/** When dialling is tried again, and when a request is given up: on a clock that only the test moves. */
final class RedialTest {
    private static final TransportLimits LIMITS = TransportLimits.defaults();
    private final Mesh mesh = new Mesh();
    private final HandTimers time = new HandTimers();

    @AfterEach
    void close() throws Exception {
        mesh.close();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private RequestLink link(int port, TransportIdentity identity) {
        LinkContext context = new LinkContext(mesh.group, time, LIMITS, new TransportMeters(mesh.meters()), identity);
        Peer peer = new Peer(B, new NodeAddress("127.0.0.1", port), new AtomicLong());
        return new RequestLink(context, mesh.group.next(), peer, node -> {});
    }

    /** The next delay that is not the limit of a handshake. */
    private Duration nextPause() throws Exception {
        for (; ; ) {
            Duration delay = time.delays.poll(Mesh.SECONDS, TimeUnit.SECONDS);
            assertTrue(delay != null, "no pause was begun");
            if (!delay.equals(LIMITS.handshakeTime())) {
                return delay;
            }
        }
    }

    @Test
    void pausesLongerAndLongerUpToASecond() throws Exception {
        RequestLink link = link(freePort(), mesh.identity(A));
        link.loop().execute(link::connect);
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Duration pause = nextPause();
            pauses.add(pause.toMillis());
            time.advance(pause);
        }
        assertEquals(List.of(50L, 100L, 200L, 400L, 800L, 1000L, 1000L, 1000L), pauses);
        link.loop().execute(() -> link.close("over"));
    }

    @Test
    void dialsAtOnceForARequest() throws Exception {
        RequestLink link = link(freePort(), mesh.identity(A));
        BlockingQueue<Long> refused = new LinkedBlockingQueue<>();
        link.context().refusedListeners.add(node -> refused.add(time.nanos()));
        link.loop().execute(link::connect);
        for (int i = 0; i < 5; i++) {
            // Time stands still: no pause ever ends, and yet each request is refused by a dial of its own.
            assertEquals(
                    Kind.REFUSED,
                    failure(link.ask("s", new byte[0], Duration.ofSeconds(1))).kind());
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(1L, refused.poll(Mesh.SECONDS, TimeUnit.SECONDS), "all at the same instant");
        }
        link.loop().execute(() -> link.close("over"));
    }

    @Test
    void givesARequestUpAtItsTimeAndNotBefore() throws Exception {
        NettyTransport b = mesh.open(B);
        NettyTransport a = mesh.open(mesh.identity(A), time, LIMITS);
        CompletableFuture<Void> asked = new CompletableFuture<>();
        b.handle("echo", (from, body) -> CompletableFuture.completedFuture(body));
        b.handle("never", (from, body) -> {
            asked.complete(null);
            return new CompletableFuture<>();
        });
        mesh.introduce();
        CompletionStage<byte[]> never = a.request(B, "never", new byte[0], Duration.ofMillis(500));
        await(asked);
        time.advance(Duration.ofMillis(499));
        await(a.request(B, "echo", new byte[0], Duration.ofSeconds(9)));
        assertTrue(!never.toCompletableFuture().isDone(), "one millisecond is left");
        time.advance(Duration.ofMillis(1));
        assertEquals(Kind.TIMEOUT, failure(never).kind());
        await(a.request(B, "echo", new byte[0], Duration.ofSeconds(9)));
    }

    @Test
    void doesNotTakeAnUnsentRequestForASentOne() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            RequestLink link = link(silent.getLocalPort(), mesh.identity(A));
            CompletionStage<byte[]> answer = link.ask("s", new byte[0], Duration.ofMillis(200));
            while (!time.delays.take().equals(Duration.ofMillis(200))) {
                continue;
            }
            time.advance(Duration.ofMillis(200));
            PeerException why = failure(answer);
            assertEquals(Kind.UNREACHABLE, why.kind(), "it was never sent");
            CompletionStage<byte[]> second = link.ask("s", new byte[0], Duration.ofSeconds(60));
            while (!time.delays.take().equals(Duration.ofSeconds(60))) {
                continue;
            }
            time.advance(LIMITS.handshakeTime());
            assertTrue(failure(second).getMessage().contains("no answer within 3000 ms"), "the handshake's limit");
            link.loop().execute(() -> link.close("over"));
        }
    }

    @Test
    void dialsAgainWhenAPeerHasGoneSilentUnderALiveConnection() throws Exception {
        NettyTransport b = mesh.open(B);
        NettyTransport a = mesh.open(mesh.identity(A), time, LIMITS);
        BlockingQueue<CompletableFuture<byte[]>> held = new LinkedBlockingQueue<>();
        b.handle("hold", (from, body) -> {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            held.add(answer);
            return answer;
        });
        b.handle("echo", (from, body) -> CompletableFuture.completedFuture(body));
        mesh.introduce();
        await(a.request(B, "echo", new byte[0], Duration.ofSeconds(9)));
        CompletionStage<byte[]> first = a.request(B, "hold", new byte[0], Duration.ofSeconds(1));
        CompletionStage<byte[]> second = a.request(B, "hold", new byte[0], LIMITS.silence());
        held.poll(Mesh.SECONDS, TimeUnit.SECONDS);
        held.poll(Mesh.SECONDS, TimeUnit.SECONDS);
        time.advance(Duration.ofSeconds(1));
        assertEquals(Kind.TIMEOUT, failure(first).kind());
        CompletionStage<byte[]> rides = a.request(B, "hold", new byte[0], Duration.ofSeconds(60));
        held.poll(Mesh.SECONDS, TimeUnit.SECONDS);
        time.advance(LIMITS.silence().minusSeconds(1));
        assertEquals(Kind.TIMEOUT, failure(second).kind());
        PeerException lost = failure(rides);
        assertEquals(Kind.TIMEOUT, lost.kind(), "three seconds without a byte: the connection is given up");
        assertTrue(lost.getMessage().contains("connection was lost"), lost.getMessage());
        await(a.request(B, "echo", new byte[0], Duration.ofSeconds(9)));
    }
}
