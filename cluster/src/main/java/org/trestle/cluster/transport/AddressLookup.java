package org.trestle.cluster.transport;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Turns hosts into addresses: literals at once, names on a thread of its own, because asking for a name blocks. */
final class AddressLookup implements AutoCloseable {
    private static final int WAITING = 256;

    private final ThreadPoolExecutor resolver =
            new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                Thread thread = new Thread(task, "cluster-resolver");
                thread.setDaemon(true);
                return thread;
            });

    AddressLookup() {
        resolver.allowCoreThreadTimeOut(true);
    }

    /** Completes on any thread; fails with {@link UnknownHostException}. */
    CompletionStage<InetAddress> lookup(String host) {
        CompletableFuture<InetAddress> found = new CompletableFuture<>();
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            resolve(host, found);
            return found;
        }
        try {
            resolver.execute(() -> resolve(host, found));
        } catch (RejectedExecutionException full) {
            found.completeExceptionally(new UnknownHostException(host + " (too many names are being looked up)"));
        }
        return found;
    }

    private static void resolve(String host, CompletableFuture<InetAddress> found) {
        try {
            found.complete(InetAddress.getByName(host));
        } catch (UnknownHostException unknown) {
            found.completeExceptionally(unknown);
        }
    }

    @Override
    public void close() {
        resolver.shutdown();
    }
}
