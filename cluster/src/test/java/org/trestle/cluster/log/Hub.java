package org.trestle.cluster.log;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.time.SystemTimers;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerException;
import org.trestle.cluster.transport.PeerTransport;

/**
 * A network of nodes in one process, in real time, with faults: pairs that do not hear each other, nodes that are frozen
 * (what they send and receive waits), and nodes that are gone (connections refused).
 */
public final class Hub implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "hub");
        thread.setDaemon(true);
        return thread;
    });

    {
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // after the end of a test
    }

    private final SystemTimers timers = new SystemTimers(executor);
    private final Map<NodeId, Port> ports = new ConcurrentHashMap<>();
    private final Set<List<NodeId>> cut = ConcurrentHashMap.newKeySet();
    private final Map<NodeId, Queue<Runnable>> frozen = new ConcurrentHashMap<>();

    public Timers timers() {
        return timers;
    }

    public ScheduledExecutorService executor() {
        return executor;
    }

    /** A new end of the network for {@code self}; an older one of the same node is gone. */
    public Port connect(NodeId self) {
        Port port = new Port(self);
        ports.put(self, port);
        return port;
    }

    /** The node's process has died: its connections are refused from now on, and everybody notices. */
    public void kill(NodeId node) {
        Port dead = ports.remove(node);
        if (dead != null) {
            dead.dead = true;
        }
        frozen.remove(node);
        executor.execute(() -> ports.values().forEach(port -> port.refused.forEach(listener -> listener.accept(node))));
    }

    /** Nothing passes between {@code a} and {@code b}; requests time out. */
    public void cut(NodeId a, NodeId b) {
        cut.add(List.of(a, b));
        cut.add(List.of(b, a));
    }

    /** What {@code from} says to {@code to} is lost; the other direction works. */
    public void silence(NodeId from, NodeId to) {
        cut.add(List.of(from, to));
    }

    public void isolate(NodeId node, java.util.Collection<NodeId> others) {
        others.stream().filter(other -> !other.equals(node)).forEach(other -> cut(node, other));
    }

    public void heal() {
        cut.clear();
    }

    /** What {@code node} sends and receives waits until {@link #thaw}. Its own timers go on. */
    public void freeze(NodeId node) {
        frozen.put(node, new ArrayDeque<>());
    }

    public void thaw(NodeId node) {
        executor.execute(() -> {
            Queue<Runnable> held = frozen.remove(node);
            if (held != null) {
                held.forEach(executor::execute);
            }
        });
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void deliver(NodeId from, NodeId to, Runnable task) {
        executor.execute(() -> {
            for (NodeId end : List.of(from, to)) {
                Queue<Runnable> held = frozen.get(end);
                if (held != null) {
                    held.add(() -> deliver(from, to, task));
                    return;
                }
            }
            if (!cut.contains(List.of(from, to))) {
                task.run();
            }
        });
    }

    /** One node's end. */
    public final class Port implements PeerTransport {
        private final NodeId self;
        private final Map<String, BiFunction<NodeId, byte[], CompletionStage<byte[]>>> handlers =
                new ConcurrentHashMap<>();
        private final Set<Consumer<NodeId>> refused = new CopyOnWriteArraySet<>();
        private final Map<NodeId, Long> heard = new ConcurrentHashMap<>();
        private volatile boolean dead;

        private Port(NodeId self) {
            this.self = self;
        }

        @Override
        public NodeId self() {
            return self;
        }

        @Override
        public CompletionStage<byte[]> request(NodeId to, String subject, byte[] body, Duration timeout) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            if (dead) {
                return CompletableFuture.failedFuture(new PeerException(PeerException.Kind.UNREACHABLE, "dead"));
            }
            Timers.Timer timer = timers.after(
                    timeout,
                    () -> answer.completeExceptionally(new PeerException(PeerException.Kind.TIMEOUT, "timed out")));
            answer.whenComplete((value, error) -> timer.cancel());
            deliver(self, to, () -> {
                Port port = ports.get(to);
                if (port == null) {
                    answer.completeExceptionally(new PeerException(PeerException.Kind.REFUSED, "refused"));
                    refused.forEach(listener -> listener.accept(to));
                } else if (!dead) {
                    port.receive(self, subject, body, answer);
                }
            });
            return answer;
        }

        private void receive(NodeId from, String subject, byte[] body, CompletableFuture<byte[]> answer) {
            heard.put(from, timers.nanos());
            BiFunction<NodeId, byte[], CompletionStage<byte[]>> handler = handlers.get(subject);
            if (handler == null) {
                answer.completeExceptionally(new PeerException(PeerException.Kind.FAILED, "no handler"));
                return;
            }
            handler.apply(from, body).whenComplete((reply, error) -> {
                if (!dead) {
                    deliver(self, from, () -> {
                        if (error == null) {
                            answer.complete(reply);
                        } else {
                            answer.completeExceptionally(
                                    new PeerException(PeerException.Kind.FAILED, String.valueOf(error.getMessage())));
                        }
                    });
                }
            });
        }

        @Override
        public void handle(String subject, BiFunction<NodeId, byte[], CompletionStage<byte[]>> handler) {
            handlers.put(subject, handler);
        }

        @Override
        public boolean tell(NodeId to, String subject, ByteBuf body) {
            body.release();
            return false;
        }

        @Override
        public boolean writable(NodeId to) {
            return true;
        }

        @Override
        public void onWritable(NodeId to, Runnable task) {
            task.run();
        }

        @Override
        public void onTold(String subject, BiConsumer<NodeId, ByteBuf> handler) {}

        @Override
        public void addresses(Map<NodeId, NodeAddress> book) {}

        @Override
        public long lastHeard(NodeId node) {
            Long at = heard.get(node);
            return at == null ? 0 : at;
        }

        @Override
        public Subscription onRefused(Consumer<NodeId> listener) {
            refused.add(listener);
            return () -> refused.remove(listener);
        }
    }
}
