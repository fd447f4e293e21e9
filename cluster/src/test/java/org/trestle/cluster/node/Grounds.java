package org.trestle.cluster.node;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.membership.CrashPoint;
import org.trestle.cluster.raft.AtomixEngine;
import org.trestle.cluster.time.SystemTimers;
import org.trestle.cluster.time.Timers;

/** Opens whole nodes on loopback, each with an address of its own in 127.0.0.0/8. */
final class Grounds implements AutoCloseable {
    static final int PORT = 15290;

    /** One network a process, so that two builds on one machine do not meet. */
    static final String NETWORK = System.getProperty(
            "trestle.test.network", network(ProcessHandle.current().pid()));

    /** As on a LAN, except that a machine that stands still for some seconds fences nobody and loses no command. */
    private static final LogTuning TUNING = new LogTuning(
            LogTuning.LAN.election(),
            LogTuning.LAN.heartbeat(),
            LogTuning.LAN.request(),
            Duration.ofSeconds(30),
            LogTuning.LAN.pending());

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final int SOON_SECONDS = 120;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(4, NioIoHandler.newFactory());
    private final Timers timers = new SystemTimers(loops.next());
    private final List<ClusterNode> open = new ArrayList<>();

    ClusterSettings settings(Path data, int number) {
        String host = address(number).host();
        return new ClusterSettings(
                data,
                "n" + number,
                new InetSocketAddress(host, PORT),
                new NodeAddress(host, PORT),
                new NodeAddress(host, 5222),
                TUNING,
                LEASE);
    }

    ClusterNode open(ClusterSettings settings) throws Exception {
        return open(settings, CrashPoint.NONE);
    }

    ClusterNode open(ClusterSettings settings, CrashPoint crashes) throws Exception {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        ClusterNode node = await(ClusterNode.open(
                settings,
                loops.next(),
                timers,
                new AtomixEngine(),
                metrics,
                new NettyLinks(loops, timers, metrics),
                crashes));
        open.add(node);
        return node;
    }

    static NodeAddress address(int number) {
        return new NodeAddress(NETWORK + number, PORT);
    }

    private static String network(long process) {
        return "127." + (64 + process % 128) + "." + process / 128 % 250 + ".";
    }

    static String invitation(ClusterNode member) throws Exception {
        return await(member.invite(Duration.ofMinutes(5))).token();
    }

    static void join(ClusterNode node, ClusterNode member, boolean force) throws Exception {
        NodeAddress at = member.status().peers().stream()
                .filter(peer -> peer.id().equals(member.self()))
                .findFirst()
                .orElseThrow()
                .cluster();
        await(node.join(at, invitation(member), force, words -> {}));
    }

    static void put(ClusterNode node, String table, String key) throws Exception {
        byte[] value = key.getBytes(StandardCharsets.UTF_8);
        await(node.tables().commit(Change.of().put(table, key, value).build()));
    }

    static String text(ClusterNode node, String table, String key) {
        Row row = node.tables().get(table, key);
        return row == null ? "(none)" : new String(row.value(), StandardCharsets.UTF_8);
    }

    /** What the stage failed with; null when it did not. */
    static Exception failure(CompletionStage<Void> stage) {
        try {
            await(stage);
            return null;
        } catch (Exception failure) {
            return failure;
        }
    }

    /** Whether a node hears another. */
    boolean up(ClusterNode node, NodeId other) {
        return node.status().peers().stream().anyMatch(peer -> peer.id().equals(other) && peer.up());
    }

    /** Waits until a node serves, and hears another or no longer hears it. */
    void sees(ClusterNode node, NodeId other, boolean up) throws Exception {
        until(() -> node.serving() && up(node, other) == up ? "" : node.status().toString());
    }

    /** Waits until all of these serve, and each of them says that exactly these are the peers, voting and up. */
    void agree(ClusterNode... nodes) throws Exception {
        Set<NodeId> ids = new HashSet<>();
        Set<NodeAddress> addresses = new HashSet<>();
        for (ClusterNode node : nodes) {
            ids.add(node.self());
        }
        until(() -> {
            for (ClusterNode node : nodes) {
                ClusterStatus status = node.status();
                List<ClusterStatus.Peer> peers = status.peers();
                addresses.clear();
                peers.forEach(peer -> addresses.add(peer.cluster()));
                boolean exactly = peers.size() == ids.size()
                        && addresses.size() == ids.size()
                        && peers.stream().allMatch(peer -> ids.contains(peer.id()) && peer.voting() && peer.up());
                if (!exactly || !node.serving() || status.leader() == null || status.notice() != null) {
                    return status.toString();
                }
            }
            return "";
        });
    }

    /** Waits until the check finds nothing to say. */
    void until(Supplier<String> check) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        String[] last = {""};
        look(check, last, done);
        try {
            done.get(SOON_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("after " + SOON_SECONDS + " s still: " + last[0], late);
        }
    }

    private void look(Supplier<String> check, String[] last, CompletableFuture<Void> done) {
        last[0] = check.get();
        if (last[0].isEmpty()) {
            done.complete(null);
        } else if (!done.isDone()) {
            timers.after(Duration.ofMillis(50), () -> look(check, last, done));
        }
    }

    /** What the stage completes with, or what it failed with. */
    static <T> T await(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(SOON_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    @Override
    public void close() {
        for (ClusterNode node : open) {
            node.close()
                    .toCompletableFuture()
                    .exceptionally(failure -> null)
                    .orTimeout(SOON_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
