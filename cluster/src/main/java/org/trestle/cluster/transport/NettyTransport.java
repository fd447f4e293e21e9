package org.trestle.cluster.transport;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.time.Timers;

/**
 * The transport over TCP and mutual TLS 1.3. Only nodes with a certificate of the cluster's own authority that are in
 * the address book are spoken to or listened to. Calls from threads that are no event loop of the group use the links of
 * the group's first loop.
 */
public final class NettyTransport implements PeerTransport {
    private final LinkContext context;
    private final Accepted accepted;
    private final GuestDesk guests;
    private final PortListener listener;
    private final Object bookLock = new Object();
    private final Map<NodeId, RequestLink> requestLinks = new ConcurrentHashMap<>();
    private final List<LoopLinks> loops = new ArrayList<>();
    private final FastThreadLocal<LoopLinks> ownLoop = new FastThreadLocal<>() {
        @Override
        protected LoopLinks initialValue() {
            return loopOfThisThread();
        }
    };
    private boolean closed;

    /** {@code group} stays the caller's: it must outlive the transport, and is not shut down by it. */
    public NettyTransport(
            TransportIdentity identity,
            EventLoopGroup group,
            Timers timers,
            TransportLimits limits,
            MeterRegistry meters) {
        context = new LinkContext(group, timers, limits, new TransportMeters(meters), identity);
        accepted = new Accepted(limits.connectionsPerPeer(), limits.handshakes());
        guests = new GuestDesk(timers, limits);
        listener = new PortListener(context, accepted, guests);
        for (EventExecutor executor : group) {
            if (executor instanceof EventLoop loop) {
                loops.add(new LoopLinks(context, loop));
            }
        }
    }

    /** Opens the cluster port; fails with an {@link java.io.IOException} that names it, and what to do. */
    public CompletionStage<Void> start(NodeAddress bind) {
        return listener.bind(bind.host(), bind.port());
    }

    /** Opens some free port of {@code host}; {@link #port} tells which. */
    public CompletionStage<Void> startOnFreePort(String host) {
        return listener.bind(host, 0);
    }

    /** The open port. */
    public int port() {
        return listener.port();
    }

    /** From now on this node is {@code identity}: all connections are closed, and dialled again with it. */
    public void identity(TransportIdentity identity) {
        synchronized (bookLock) {
            Map<NodeId, NodeAddress> book = new HashMap<>();
            context.book().forEach((node, peer) -> book.put(node, peer.address()));
            addresses(Map.of());
            context.identity(identity);
            accepted.closeAll();
            addresses(book);
        }
    }

    /** Who may come without being a member; nobody until this is called. */
    public void guests(GuestPolicy policy) {
        guests.policy(policy);
    }

    /** Answers the one question of a guest. A failed stage's message is sent to the guest: no secrets in it. */
    public void handleGuest(String subject, BiFunction<Guest, byte[], CompletionStage<byte[]>> handler) {
        guests.handle(Frames.subject(subject), handler);
    }

    /** Closes the port and every connection; requests that wait fail. */
    public CompletionStage<Void> close() {
        synchronized (bookLock) {
            addresses(Map.of());
            closed = true;
        }
        CompletionStage<Void> port = listener.close();
        accepted.closeAll();
        context.lookup.close();
        context.meters.close();
        // What each loop was told to hang up is hung up before whatever is told to it now.
        CompletableFuture<?>[] done = loops.stream()
                .map(loop -> CompletableFuture.runAsync(() -> {}, loop.loop()))
                .toArray(CompletableFuture<?>[]::new);
        return port.thenCompose(released -> CompletableFuture.allOf(done));
    }

    @Override
    public NodeId self() {
        return context.tls().identity().node();
    }

    @Override
    public CompletionStage<byte[]> request(NodeId to, String subject, byte[] body, Duration timeout) {
        RequestLink link = requestLinks.get(to);
        if (link == null) {
            return CompletableFuture.failedFuture(
                    new PeerException(PeerException.Kind.UNREACHABLE, "node " + to + " is not a member"));
        }
        if (Frames.FIXED + Frames.subject(subject).length() + body.length > context.limits.frameBytes()) {
            return CompletableFuture.failedFuture(new PeerException(
                    PeerException.Kind.UNREACHABLE, "a request of " + body.length + " bytes is too long to be sent"));
        }
        return link.ask(subject, body, timeout);
    }

    @Override
    public void handle(String subject, BiFunction<NodeId, byte[], CompletionStage<byte[]>> handler) {
        context.handlers.put(Frames.subject(subject), handler);
    }

    @Override
    public boolean tell(NodeId to, String subject, ByteBuf body) {
        LoopLinks own = ownLoop.get();
        if (own.loop().inEventLoop()) {
            return tell(own, to, subject, body);
        }
        if (!writable(to)) {
            body.release();
            context.meters.tellDropped(TransportMeters.Reason.NO_LINK);
            return false;
        }
        own.loop().execute(() -> tell(own, to, subject, body));
        return true;
    }

    private boolean tell(LoopLinks from, NodeId to, String subject, ByteBuf body) {
        TellLink link = from.to(to);
        if (link == null || Frames.FIXED + subject.length() + body.readableBytes() > context.limits.frameBytes()) {
            body.release();
            context.meters.tellDropped(
                    link == null ? TransportMeters.Reason.NO_LINK : TransportMeters.Reason.QUEUE_FULL);
            return false;
        }
        return link.tell(subject, body);
    }

    @Override
    public boolean writable(NodeId to) {
        TellLink link = ownLoop.get().to(to);
        return link != null && link.writable();
    }

    @Override
    public void onWritable(NodeId to, Runnable task) {
        LoopLinks own = ownLoop.get();
        if (!own.loop().inEventLoop()) {
            own.loop().execute(() -> onWritable(to, task));
            return;
        }
        TellLink link = own.to(to);
        if (link == null) {
            own.loop().execute(task);
        } else {
            link.onWritable(task);
        }
    }

    @Override
    public void onTold(String subject, BiConsumer<NodeId, ByteBuf> handler) {
        context.tellHandlers.put(Frames.subject(subject), handler);
    }

    @Override
    public void addresses(Map<NodeId, NodeAddress> next) {
        synchronized (bookLock) {
            if (closed) {
                return;
            }
            Map<NodeId, Peer> before = context.book();
            Map<NodeId, Peer> book = new HashMap<>();
            next.forEach((node, address) -> {
                if (!node.equals(self())) {
                    Peer known = before.get(node);
                    book.put(node, known == null ? new Peer(node, address, new AtomicLong()) : known.at(address));
                }
            });
            context.book(book);
            before.forEach((node, peer) -> {
                Peer now = book.get(node);
                if (now == null) {
                    accepted.close(node);
                }
                if (now == null || !now.address().equals(peer.address())) {
                    hangUp(requestLinks.remove(node));
                }
            });
            book.values().forEach(peer -> requestLinks.computeIfAbsent(peer.node(), fresh -> dial(peer)));
            List<Peer> peers = List.copyOf(book.values());
            loops.forEach(loop -> loop.loop().execute(() -> loop.update(peers)));
        }
    }

    private RequestLink dial(Peer peer) {
        RequestLink link = new RequestLink(context, context.group.next(), peer, this::silent);
        link.loop().execute(link::connect);
        return link;
    }

    private static void hangUp(@Nullable RequestLink link) {
        if (link != null) {
            link.loop().execute(() -> link.close("it is no longer a member there"));
        }
    }

    /** One-way links cannot see that nobody reads them; the request link can. */
    private void silent(NodeId node) {
        loops.forEach(loop -> loop.loop().execute(() -> loop.drop(node, "nothing was heard")));
    }

    @Override
    public long lastHeard(NodeId node) {
        Peer peer = context.peer(node);
        return peer == null ? 0 : peer.heard().get();
    }

    @Override
    public Subscription onRefused(Consumer<NodeId> refused) {
        context.refusedListeners.add(refused);
        return () -> context.refusedListeners.remove(refused);
    }

    private LoopLinks loopOfThisThread() {
        for (LoopLinks links : loops) {
            if (links.loop().inEventLoop()) {
                return links;
            }
        }
        return loops.get(0);
    }
}
