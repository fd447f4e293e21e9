package org.trestle.cluster.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.transport.PeerException;
import org.trestle.cluster.transport.PeerException.Kind;
import org.trestle.cluster.transport.PeerTransport;

/** One process' end of the simulated network. */
final class SimPeer implements PeerTransport {
    private final SimNetwork network;
    private final SimProcess process;
    private final NodeId self;
    private final NodeAddress address;
    private final Map<String, BiFunction<NodeId, byte[], CompletionStage<byte[]>>> handlers = new HashMap<>();
    private final Map<String, BiConsumer<NodeId, ByteBuf>> receivers = new HashMap<>();
    private final List<Consumer<NodeId>> refusals = new CopyOnWriteArrayList<>();
    private final Map<NodeId, Long> heard = new HashMap<>();
    private final Map<NodeId, Integer> underWay = new HashMap<>();
    private final Map<NodeId, List<Runnable>> waiting = new HashMap<>();
    private Map<NodeId, NodeAddress> book = Map.of();

    SimPeer(SimNetwork network, SimProcess process, NodeId self, NodeAddress address) {
        this.network = network;
        this.process = process;
        this.self = self;
        this.address = address;
    }

    SimProcess process() {
        return process;
    }

    NodeAddress address() {
        return address;
    }

    @Override
    public NodeId self() {
        return self;
    }

    @Override
    public CompletionStage<byte[]> request(NodeId to, String subject, byte[] body, Duration timeout) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        if (!book.containsKey(to)) {
            return fail(answer, Kind.UNREACHABLE, "no address of " + to);
        }
        SimPeer peer = network.listening(to, book.get(to));
        var deadline = process.after(timeout, () -> fail(answer, Kind.TIMEOUT, to + " did not answer"));
        answer.whenComplete((value, failure) -> deadline.cancel());
        if (peer == null) {
            if (network.reaches(self, to)) {
                process.after(network.delay(), () -> {
                    fail(answer, Kind.REFUSED, "nobody listens at " + book.get(to));
                    refused(to);
                });
            }
            return answer;
        }
        byte[] sent = body.clone();
        network.carry(this, peer, subject, () -> peer.answer(this, subject, sent, answer), () -> {});
        return answer;
    }

    private void answer(SimPeer from, String subject, byte[] body, CompletableFuture<byte[]> answer) {
        var handler = handlers.get(subject);
        if (!book.containsKey(from.self)) {
            return; // A stranger is not listened to.
        }
        heard.put(from.self, process.nanos());
        if (handler == null) {
            reply(from, subject, () -> fail(answer, Kind.FAILED, self + " knows no " + subject));
            return;
        }
        handler.apply(from.self, body)
                .whenComplete((value, failure) -> reply(from, subject, () -> {
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        fail(answer, Kind.FAILED, String.valueOf(failure.getMessage()));
                    }
                }));
    }

    private void reply(SimPeer to, String subject, Runnable completion) {
        network.carry(
                this,
                to,
                subject,
                () -> {
                    to.heard.put(self, process.nanos());
                    completion.run();
                },
                () -> {});
    }

    private static CompletionStage<byte[]> fail(CompletableFuture<byte[]> answer, Kind kind, String message) {
        answer.completeExceptionally(new PeerException(kind, message));
        return answer;
    }

    @Override
    public void handle(String subject, BiFunction<NodeId, byte[], CompletionStage<byte[]>> handler) {
        handlers.put(subject, handler);
    }

    @Override
    public boolean tell(NodeId to, String subject, ByteBuf body) {
        byte[] sent = ByteBufUtil.getBytes(body);
        body.release();
        SimPeer peer = network.listening(to, book.get(to));
        if (peer == null || underWay.getOrDefault(to, 0) > 16 * SimNetwork.WRITABLE) {
            return false;
        }
        underWay.merge(to, sent.length, Integer::sum);
        network.carry(
                this,
                peer,
                subject,
                () -> {
                    arrived(to, sent.length);
                    peer.told(this, subject, sent);
                },
                () -> arrived(to, sent.length));
        return true;
    }

    private void told(SimPeer from, String subject, byte[] body) {
        var receiver = receivers.get(subject);
        if (book.containsKey(from.self)) {
            heard.put(from.self, process.nanos());
            if (receiver != null) {
                ByteBuf buffer = Unpooled.wrappedBuffer(body);
                receiver.accept(from.self, buffer);
                buffer.release();
            }
        }
    }

    private void arrived(NodeId to, int bytes) {
        underWay.merge(to, -bytes, Integer::sum);
        if (writable(to)) {
            release(to);
        }
    }

    private void release(NodeId to) {
        List<Runnable> tasks = waiting.remove(to);
        if (tasks != null) {
            tasks.forEach(process::execute);
        }
    }

    @Override
    public boolean writable(NodeId to) {
        return underWay.getOrDefault(to, 0) < SimNetwork.WRITABLE;
    }

    @Override
    public void onWritable(NodeId to, Runnable task) {
        if (writable(to) || network.listening(to, book.get(to)) == null) {
            process.after(Duration.ZERO, task);
        } else {
            waiting.computeIfAbsent(to, node -> new ArrayList<>()).add(task);
        }
    }

    @Override
    public void onTold(String subject, BiConsumer<NodeId, ByteBuf> handler) {
        receivers.put(subject, handler);
    }

    @Override
    public void addresses(Map<NodeId, NodeAddress> addresses) {
        book = Map.copyOf(addresses);
    }

    @Override
    public long lastHeard(NodeId node) {
        return heard.getOrDefault(node, 0L);
    }

    @Override
    public Subscription onRefused(Consumer<NodeId> listener) {
        refusals.add(listener);
        return () -> refusals.remove(listener);
    }

    void refused(NodeId node) {
        process.execute(() -> {
            if (book.containsKey(node) && network.listening(node, book.get(node)) == null) {
                release(node);
                refusals.forEach(listener -> listener.accept(node));
            }
        });
    }
}
