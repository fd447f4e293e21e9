package org.trestle.xmpp.stream;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps the connection limits of one listener. Any thread. */
final class Admission {
    private final StreamLimits limits;
    private final StreamCounters counters;
    private final AtomicInteger connections = new AtomicInteger();
    private final ConcurrentMap<String, Integer> unauthenticated = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private volatile boolean closed;

    Admission(StreamLimits limits, StreamCounters counters) {
        this.limits = limits;
        this.counters = counters;
    }

    /** A connection that was let in. Used on its event loop only. */
    final class Ticket {
        private final String peer;
        private boolean known;
        private boolean given = true;

        private Ticket(String peer) {
            this.peer = peer;
        }

        /** The peer is known now and no longer counts against its address. */
        void authenticated() {
            if (!known) {
                known = true;
                leave(peer);
            }
        }

        /** The connection is over. */
        void giveBack() {
            if (given) {
                given = false;
                authenticated();
                left();
            }
        }
    }

    /** Lets a connection in, or gives null and counts why not. */
    @Nullable
    Ticket admit(InetSocketAddress peer) {
        int open = connections.incrementAndGet();
        if (closed) {
            left();
            return null;
        }
        if (open > limits.maxConnections()) {
            left();
            counters.count(StreamCounters.Event.REFUSED_FULL);
            return null;
        }
        String key = key(peer);
        int ofPeer = unauthenticated.merge(key, 1, Integer::sum);
        if (ofPeer > limits.maxUnauthenticatedPerPeer()) {
            leave(key);
            left();
            counters.count(StreamCounters.Event.REFUSED_PEER);
            return null;
        }
        counters.count(StreamCounters.Event.CONNECTED);
        return new Ticket(key);
    }

    int connections() {
        return connections.get();
    }

    /** Lets nobody in from now on; completes when the last connection is over and its stream has been told. */
    CompletionStage<Void> close() {
        closed = true;
        if (connections.get() == 0) {
            empty.complete(null);
        }
        return empty;
    }

    boolean closed() {
        return closed;
    }

    private void left() {
        if (connections.decrementAndGet() == 0 && closed) {
            empty.complete(null);
        }
    }

    private void leave(String peer) {
        unauthenticated.computeIfPresent(peer, (key, count) -> count > 1 ? count - 1 : null);
    }

    /** A whole IPv6 network of 64 bits is one peer, because that is what one host can use at will. */
    private static String key(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        if (address == null) {
            return peer.getHostString();
        }
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
