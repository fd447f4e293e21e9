package org.trestle.cluster.node;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.membership.CrashPoint;
import org.trestle.cluster.raft.AtomixEngine;
import org.trestle.cluster.time.SystemTimers;
import org.trestle.cluster.time.Timers;

/** Opens whole nodes on loopback, each with an address of its own in 127.0.0.0/8. */
final class Grounds implements AutoCloseable {
    static final int PORT = 15290;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(4, NioIoHandler.newFactory());
    private final Timers timers = new SystemTimers(loops.next());
    private final List<ClusterNode> open = new ArrayList<>();

    ClusterSettings settings(Path data, int number) {
        String host = "127.77.0." + number;
        return ClusterSettings.of(
                data,
                "n" + number,
                new InetSocketAddress(host, PORT),
                new NodeAddress(host, PORT),
                new NodeAddress(host, 5222));
    }

    ClusterNode open(ClusterSettings settings) throws Exception {
        return open(settings, CrashPoint.NONE);
    }

    ClusterNode open(ClusterSettings settings, CrashPoint crashes) throws Exception {
        ClusterNode node = await(ClusterNode.open(
                settings, loops, timers, new AtomixEngine(), new SimpleMeterRegistry(), new SoloLinks(), crashes));
        open.add(node);
        return node;
    }

    /** What the stage completes with, or what it failed with. */
    static <T> T await(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
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
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
