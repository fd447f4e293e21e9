package org.trestle.turn.relay;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/**
 * TCP to the peer (RFC 6062): connections that wait for the peer, for the client's ConnectionBind, or carry bytes. A
 * connection id's first byte is the loop that knows it, the other 24 bits are random; it is worth nothing without the
 * credentials of its allocation.
 */
final class TcpPeers {
    /** RFC 6062 sections 4.4 and 5.4: a connection that nobody binds for so long is closed. */
    static final long BIND_NANOS = 30_000_000_000L;

    private static final int ATTEMPT = StunMethod.CONNECTION_ATTEMPT.type(StunClass.INDICATION);

    private final int index;
    private final SecureRandom random;
    private final Relay.Parts parts;
    private final RelayCounters counters;
    private final Answers answers;
    private final PeerHandler peers;
    private final Map<Integer, Link> links = new HashMap<>();

    /** One peer of one allocation. */
    private static final class Link {
        final int id;
        final Allocation allocation;
        final TransportAddress peer;

        @Nullable
        PeerConnection connection;

        boolean bound;
        long deadline;

        Link(int id, Allocation allocation, TransportAddress peer) {
            this.id = id;
            this.allocation = allocation;
            this.peer = peer;
        }
    }

    TcpPeers(
            int index,
            SecureRandom random,
            Relay.Parts parts,
            RelayCounters counters,
            Answers answers,
            PeerHandler peers) {
        this.index = index;
        this.random = random;
        this.parts = parts;
        this.counters = counters;
        this.answers = answers;
        this.peers = peers;
    }

    static int loopOf(int connectionId) {
        return connectionId >>> 24;
    }

    /** Connect: RFC 6062 section 5.2. */
    void connect(Request request, Allocation allocation) {
        RelayListener listener = allocation.listener;
        if (listener == null) {
            answers.refuse(request, Refusal.PEER_FORBIDDEN, "Connect on a UDP allocation");
            return;
        }
        int at = request.message().find(AttributeType.XOR_PEER_ADDRESS);
        Refusal refusal = at < 0 ? Refusal.BAD_REQUEST : peers.judgePort(allocation, request.message(), at);
        if (refusal != null) {
            answers.refuse(request, refusal, at < 0 ? "no XOR-PEER-ADDRESS" : peers.complaint());
            return;
        }
        TransportAddress peer = peers.judged();
        List<Link> own = of(allocation);
        if (own.stream().anyMatch(link -> link.peer.equals(peer))) {
            answers.refuse(request, Refusal.CONNECTION_EXISTS, peer.toString());
        } else if (own.size() >= parts.settings().maxConnections()) {
            answers.refuse(request, Refusal.TOO_MANY_PERMISSIONS, "");
        } else {
            connect(new PendingConnect(request), listener, open(allocation, peer));
        }
    }

    /** What is needed to answer a Connect when its message is gone. */
    private record PendingConnect(
            ClientLeg leg, int transactionHigh, long transactionLow, Proof proof, boolean fingerprint) {
        PendingConnect(Request request) {
            this(
                    request.leg(),
                    request.message().transactionHigh(),
                    request.message().transactionLow(),
                    request.proof(),
                    request.message().has(AttributeType.FINGERPRINT));
        }
    }

    private void connect(PendingConnect pending, RelayListener listener, Link link) {
        parts.sockets().connect(listener, link.peer, connection -> connected(pending, link, connection));
    }

    private void connected(PendingConnect pending, Link link, @Nullable PeerConnection connection) {
        if (links.get(link.id) != link) {
            // Its allocation has ended meanwhile.
            if (connection != null) {
                connection.close();
            }
            return;
        }
        if (connection == null) {
            links.remove(link.id);
            answers.report(pending.leg(), pending.proof(), Refusal.CONNECTION_FAILED, link.peer.toString());
            begin(pending, StunClass.ERROR).error(Refusal.CONNECTION_FAILED.code());
            answers.finish(pending.leg(), pending.proof(), pending.fingerprint());
            return;
        }
        link.connection = connection;
        link.deadline = parts.clock().nanos() + BIND_NANOS;
        begin(pending, StunClass.SUCCESS).number(AttributeType.CONNECTION_ID, link.id);
        answers.finish(pending.leg(), pending.proof(), pending.fingerprint());
    }

    private StunWriter begin(PendingConnect pending, StunClass outcome) {
        return answers.begin(StunMethod.CONNECT.type(outcome), pending.transactionHigh(), pending.transactionLow());
    }

    /** A peer connects: RFC 6062 section 5.3. */
    void accepted(RelayListener listener, PeerConnection connection) {
        Allocation allocation = listener.allocation;
        long now = parts.clock().nanos();
        TransportAddress peer = connection.peer();
        if (allocation == null || !mayConnect(allocation, peer, now)) {
            counters.add(Drop.NO_PERMISSION);
            connection.close();
            return;
        }
        Link link = open(allocation, peer);
        link.connection = connection;
        link.deadline = now + BIND_NANOS;
        answers.begin(ATTEMPT, random.nextInt(), random.nextLong())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                .number(AttributeType.CONNECTION_ID, link.id);
        allocation.leg.send(answers.end());
    }

    private boolean mayConnect(Allocation allocation, TransportAddress peer, long now) {
        Permission permission = allocation.permissions.find(peer.high(), peer.low());
        return allocation.isOpen(now)
                && permission != null
                && permission.isAlive(now)
                && of(allocation).size() < parts.settings().maxConnections();
    }

    /** ConnectionBind: RFC 6062 section 5.4. */
    void connectionBind(Request request) {
        StunMessage message = request.message();
        int at = message.find(AttributeType.CONNECTION_ID);
        Link link = at < 0 || message.length(at) != 4
                ? null
                : links.get(message.bytes().getInt(at));
        PeerConnection connection = link == null ? null : link.connection;
        if (link == null
                || connection == null
                || link.bound
                || !request.leg().transport().isStream()
                || request.leg().allocation != null) {
            answers.refuse(request, Refusal.BAD_REQUEST, "no connection of this id waits for this leg");
            return;
        }
        if (!link.allocation.user().username().equals(request.proof().user().username())) {
            answers.refuse(request, Refusal.WRONG_CREDENTIALS, "");
            return;
        }
        link.bound = true;
        answers.success(request);
        answers.send(request);
        request.leg().splice(connection);
    }

    /** A peer's connection is gone. */
    void ended(PeerConnection connection) {
        links.values().removeIf(link -> link.connection == connection);
    }

    /** All connections of an allocation end with it (RFC 6062 section 5). */
    void end(Allocation allocation) {
        if (allocation.isTcp()) {
            of(allocation).forEach(this::close);
        }
    }

    void tick(long now) {
        List<Link> late = new ArrayList<>();
        for (Link link : links.values()) {
            if (link.connection != null && !link.bound && link.deadline - now <= 0) {
                late.add(link);
            }
        }
        late.forEach(this::close);
    }

    private void close(Link link) {
        links.remove(link.id);
        if (link.connection != null) {
            link.connection.close();
        }
    }

    private Link open(Allocation allocation, TransportAddress peer) {
        int id;
        do {
            id = (index << 24) | random.nextInt(1 << 24);
        } while (links.containsKey(id));
        Link link = new Link(id, allocation, peer);
        links.put(id, link);
        return link;
    }

    private List<Link> of(Allocation allocation) {
        List<Link> own = new ArrayList<>();
        for (Link link : links.values()) {
            if (link.allocation == allocation) {
                own.add(link);
            }
        }
        return own;
    }
}
