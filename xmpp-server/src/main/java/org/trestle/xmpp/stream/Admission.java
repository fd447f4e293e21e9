package org.trestle.xmpp.stream;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps the limits of one listener: of its connections, and of those that it does not know yet. Any thread. */
public final class Admission {
    private final int most;
    private final int mostUnauthenticated;
    private final StreamCounters counters;
    private final AtomicInteger connections = new AtomicInteger();
    /** Those that are not known yet, by address, in the order in which they came. */
    private final ConcurrentMap<String, Set<Ticket>> unauthenticated = new ConcurrentHashMap<>();

    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private volatile boolean closed;

    Admission(StreamLimits limits, StreamCounters counters) {
        this(limits.maxConnections(), limits.maxUnauthenticatedPerPeer(), counters);
    }

    /**
     * @param most connections at once
     * @param mostUnauthenticated of them that are not known yet, for each IPv4 address or IPv6 network of 64 bits
     */
    public Admission(int most, int mostUnauthenticated, StreamCounters counters) {
        this.most = most;
        this.mostUnauthenticated = mostUnauthenticated;
        this.counters = counters;
    }

    /** A connection that was let in. Used on its event loop only. */
    public final class Ticket {
        private final String peer;
        private final Runnable close;
        private boolean known;
        private boolean given = true;

        private Ticket(String peer, Runnable close) {
            this.peer = peer;
            this.close = close;
        }

        /** The peer is known now and no longer counts against its address. */
        public void authenticated() {
            if (!known) {
                known = true;
                leave(this);
            }
        }

        /** The connection is over. */
        public void giveBack() {
            if (given) {
                given = false;
                authenticated();
                left();
            }
        }
    }

    /**
     * Lets a connection in, or gives null and counts why not. Of an address that has as many unauthenticated ones as it may,
     * the oldest has to go: many may share the address, and who is about to log in does so soon.
     *
     * @param close ends the connection, from any thread
     */
    public @Nullable Ticket admit(InetSocketAddress peer, Runnable close) {
        int open = connections.incrementAndGet();
        if (closed) {
            left();
            return null;
        }
        if (open > most) {
            left();
            counters.count(StreamCounters.Event.REFUSED_FULL);
            return null;
        }
        Ticket ticket = new Ticket(key(peer), close);
        Ticket oldest = enter(ticket);
        if (oldest != null) {
            counters.count(StreamCounters.Event.DISPLACED);
            oldest.close.run();
        }
        counters.count(StreamCounters.Event.CONNECTED);
        return ticket;
    }

    /** Adds it; returns the one that has to make room for it, which counts no more. */
    private @Nullable Ticket enter(Ticket ticket) {
        AtomicReference<@Nullable Ticket> displaced = new AtomicReference<>();
        unauthenticated.compute(ticket.peer, (key, others) -> {
            Set<Ticket> all = others == null ? new LinkedHashSet<>(4) : others;
            if (all.size() >= mostUnauthenticated) {
                Iterator<Ticket> first = all.iterator();
                displaced.set(first.next());
                first.remove();
            }
            all.add(ticket);
            return all;
        });
        return displaced.get();
    }

    public int connections() {
        return connections.get();
    }

    /** Lets nobody in from now on; completes when the last connection is over and its stream has been told. */
    public CompletionStage<Void> close() {
        closed = true;
        if (connections.get() == 0) {
            empty.complete(null);
        }
        return empty;
    }

    public boolean closed() {
        return closed;
    }

    private void left() {
        if (connections.decrementAndGet() == 0 && closed) {
            empty.complete(null);
        }
    }

    private void leave(Ticket ticket) {
        unauthenticated.computeIfPresent(ticket.peer, (key, all) -> {
            all.remove(ticket);
            return all.isEmpty() ? null : all;
        });
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
