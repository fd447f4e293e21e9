package org.trestle.xmpp.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.auth.accounts.TableAccounts;
import org.trestle.auth.callbridge.CallBridges;
import org.trestle.auth.callbridge.Secret;
import org.trestle.auth.callbridge.TableCallBridges;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.auth.sasl.SaslExchange;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.auth.sasl.SaslOffer;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeBus;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.api.StateFingerprint;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.state.MemberRecord;
import org.trestle.cluster.state.StateDirectory;
import org.trestle.cluster.state.StateNodes;
import org.trestle.cluster.state.StateTables;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.session.SessionLimits;

/** Several servers in one process: the real router, sessions and components over a log and a bus in memory. */
final class TestCluster implements AutoCloseable {
    static final String DOMAIN = "trestle.test";
    static final long PATIENCE_SECONDS = 90;

    /** Client's loop, link, receiver's loop, and the same way back. */
    private static final int HOPS = 6;

    /** What a link between nodes holds before its senders are to wait. */
    private static final int CONGESTED_BYTES = 256 * 1024;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(3, LocalIoHandler.newFactory());
    private final EventLoopGroup busLoops = new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());
    private final KeyDerivation derivation = new KeyDerivation(new SecureRandom(), 1, 100);
    private final AtomicLong frames = new AtomicLong();
    private final SharedLog log = new SharedLog();
    final ManualTimers timers = new ManualTimers();
    final FakeServices services = new FakeServices();
    final List<Node> nodes = new ArrayList<>();

    TestCluster(int size) throws Exception {
        this(size, SessionLimits.DEFAULT);
    }

    TestCluster(int size, SessionLimits limits) throws Exception {
        for (int i = 0; i < size; i++) {
            nodes.add(new Node(i, limits));
        }
        for (String name : List.of("cb1", "cb2", "cb3")) {
            nodes.get(0)
                    .callBridges
                    .addSecret(name, Secret.of("secret-of-" + name))
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    Node node(int index) {
        return nodes.get(index);
    }

    EventLoop loop() {
        return loops.next();
    }

    /** Sent between nodes so far. */
    long frames() {
        return frames.get();
    }

    SharedLog log() {
        return log;
    }

    /**
     * Waits until what was under way has arrived: every loop, those of clients and those between nodes, has done what it had
     * to do, as often as a stanza can hop from one to the next.
     */
    void settle() throws Exception {
        for (int hop = 0; hop < HOPS; hop++) {
            for (EventLoopGroup group : List.of(loops, busLoops)) {
                for (EventExecutor loop : group) {
                    loop.submit(() -> {}).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
            }
        }
    }

    /** The node is dead: it sends and hears nothing any more; the others have not noticed. */
    void kill(Node node) {
        node.dead = true;
        log.cut(node.id, true);
    }

    /** The others declare it lost, in one entry. */
    void declareLost(Node node) throws Exception {
        Node other =
                nodes.stream().filter(candidate -> !candidate.dead).findFirst().orElseThrow();
        new StateNodes(() -> other.end)
                .lost(node.id, node.epoch)
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        for (Node node : nodes) {
            node.core.close("the test is over");
        }
        derivation.close();
        busLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static String digest(String streamId, String secret) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1")
                        .digest((streamId + secret).getBytes(StandardCharsets.UTF_8)));
    }

    static final class NoMechanisms implements SaslMechanisms {
        @Override
        public SaslOffer offer(String domain, SaslChannel channel) {
            return new SaslOffer(domain, channel, List.of());
        }

        @Override
        public @Nullable SaslExchange start(String mechanism, SaslOffer offer) {
            return null;
        }
    }

    /** One server. */
    final class Node implements Cluster, NodeBus {
        final NodeId id;
        final ReplicatedLog end;
        final StateTables tables;
        final StateDirectory directory;
        final CallBridges callBridges;
        final Accounts accounts;
        final ServerCore core;
        final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        final long epoch;
        final List<EventLoop> lanes = List.of(busLoops.next(), busLoops.next());
        private final List<Consumer<Boolean>> servingListeners = new CopyOnWriteArrayList<>();
        private final List<Runnable> waitingForWritable = new CopyOnWriteArrayList<>();
        private volatile BiConsumer<NodeId, ByteBuf> receiver = (node, frame) -> {};
        private final AtomicLong underWay = new AtomicLong();
        private final List<Runnable> jam = new ArrayList<>();
        private boolean jammed;
        volatile boolean dead;
        volatile boolean congested;
        volatile boolean serving = true;
        volatile boolean leads;

        private Node(int index, SessionLimits limits) throws Exception {
            id = new NodeId("00000000000000a" + (index + 1));
            end = log.end(id);
            var state = log.join(id);
            tables = new StateTables(state, () -> end, log::everywhere);
            directory = new StateDirectory(state, () -> end, () -> id, log::everywhere);
            NodeAddress address = new NodeAddress("127.0.0." + (index + 1), 5290);
            epoch = new StateNodes(() -> end)
                    .up(new MemberRecord(id, "node" + index, address, address))
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .index();
            ClusterKey key = new ClusterKey(tables, new SecureRandom());
            key.ensure().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            callBridges = new TableCallBridges(tables, key, new SecureRandom());
            accounts = new TableAccounts(tables, derivation, timers::now);
            core = new ServerCore(new ServerCore.Parts(
                    this,
                    new NoMechanisms(),
                    accounts,
                    callBridges,
                    () -> Set.of(DOMAIN),
                    limits,
                    new FeatureContext.Product("Trestle", "test"),
                    timers,
                    registry,
                    services));
        }

        Peer client(String account, @Nullable String resource) throws Exception {
            return Peer.bind(this, loop(), BareJid.of(account + "@" + DOMAIN), resource);
        }

        Peer component(String name) throws Exception {
            return component(name, "secret-of-" + name);
        }

        Peer component(String name, String secret) throws Exception {
            return Peer.attach(this, loop(), DomainJid.of(name + "." + DOMAIN), secret);
        }

        double counted(String meter, String... tags) {
            return registry.counter(meter, tags).count();
        }

        void serve(boolean now) {
            serving = now;
            servingListeners.forEach(listener -> listener.accept(now));
        }

        void congested(boolean now) {
            congested = now;
            if (!now) {
                wakeWaiting();
            }
        }

        /** While it is jammed, what other nodes send to this one is under way; afterwards it arrives in order. */
        void jammed(boolean now) {
            synchronized (jam) {
                jammed = now;
                if (!now) {
                    jam.forEach(Runnable::run);
                    jam.clear();
                }
            }
        }

        private void arriving(Runnable arrival) {
            synchronized (jam) {
                if (jammed) {
                    jam.add(arrival);
                } else {
                    arrival.run();
                }
            }
        }

        private void wakeWaiting() {
            for (Runnable task : waitingForWritable) {
                if (waitingForWritable.remove(task)) {
                    task.run();
                }
            }
        }

        @Override
        public Verdict send(NodeId node, ByteBuf frame) {
            Node target = nodes.stream()
                    .filter(candidate -> candidate.id.equals(node))
                    .findFirst()
                    .orElseThrow();
            if (dead || target.dead) {
                frame.release();
                return Verdict.UNREACHABLE;
            }
            frames.incrementAndGet();
            int size = frame.readableBytes();
            long waiting = underWay.addAndGet(size);
            EventLoop lane =
                    target.lanes.get(Math.floorMod(Thread.currentThread().hashCode(), 2));
            target.arriving(() -> lane.execute(() -> {
                if (!target.dead) {
                    target.receiver.accept(id, frame);
                }
                frame.release();
                if (underWay.addAndGet(-size) < CONGESTED_BYTES && !congested) {
                    wakeWaiting();
                }
            }));
            return congested || waiting > CONGESTED_BYTES ? Verdict.CONGESTED : Verdict.SENT;
        }

        @Override
        public void onWritable(NodeId node, Runnable task) {
            waitingForWritable.add(task);
            if (!congested && underWay.get() < CONGESTED_BYTES) {
                wakeWaiting();
            }
        }

        @Override
        public void receive(BiConsumer<NodeId, ByteBuf> receiver) {
            this.receiver = receiver;
        }

        @Override
        public NodeId self() {
            return id;
        }

        @Override
        public Tables tables() {
            return tables;
        }

        @Override
        public Directory directory() {
            return directory;
        }

        @Override
        public NodeBus bus() {
            return this;
        }

        @Override
        public StateFingerprint fingerprint() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ClusterStatus status() {
            List<ClusterStatus.Peer> peers = nodes.stream()
                    .map(node -> new ClusterStatus.Peer(
                            node.id,
                            node.id.value(),
                            new NodeAddress("127.0.0.1", 5290),
                            new NodeAddress("127.0.0.1", 5222),
                            true,
                            !node.dead,
                            Duration.ZERO))
                    .toList();
            return new ClusterStatus(id, true, leads ? Role.LEADER : Role.FOLLOWER, 1, id, null, null, 0, peers);
        }

        @Override
        public boolean serving() {
            return serving;
        }

        @Override
        public Subscription onServing(Consumer<Boolean> listener) {
            servingListeners.add(listener);
            listener.accept(serving);
            return () -> servingListeners.remove(listener);
        }
    }
}
