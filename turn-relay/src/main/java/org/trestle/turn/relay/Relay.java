package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.function.Consumer;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Fingerprint;
import org.trestle.turn.stun.Framing;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.KnownAttributes;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;

/**
 * The relay of one event loop: all calls come from that loop. Bytes of clients and peers go in, messages come out
 * through {@link ClientLeg} and {@link RelaySocket}; whatever the bytes are, nothing is thrown for them.
 *
 * <p>The way of media makes no objects: ChannelData finds its binding by number, a peer's datagram finds its permission
 * by address, and the header of ChannelData is written into the room before the payload.
 */
public final class Relay {
    /** Bytes that should be free before the payload of {@link #fromPeer}, for the header of a Data indication to IPv6. */
    public static final int HEADROOM = 64;

    /** What a relay works with; all but {@code sockets}, {@code clock} and {@code allocator} are shared by all loops. */
    public record Parts(
            RelaySettings settings,
            RelaySockets sockets,
            PortPool ports,
            NonceSecret nonceSecret,
            Credentials credentials,
            PeerPolicy peers,
            Quotas quotas,
            Alternates alternates,
            Neighbours neighbours,
            RelayEvents events,
            RelayClock clock,
            ByteBufAllocator allocator) {}

    private static final KnownAttributes KNOWN = new KnownAttributes(
            AttributeType.MAPPED_ADDRESS,
            AttributeType.USERNAME,
            AttributeType.MESSAGE_INTEGRITY,
            AttributeType.ERROR_CODE,
            AttributeType.UNKNOWN_ATTRIBUTES,
            AttributeType.CHANNEL_NUMBER,
            AttributeType.LIFETIME,
            AttributeType.XOR_PEER_ADDRESS,
            AttributeType.DATA,
            AttributeType.REALM,
            AttributeType.NONCE,
            AttributeType.XOR_RELAYED_ADDRESS,
            AttributeType.REQUESTED_ADDRESS_FAMILY,
            AttributeType.EVEN_PORT,
            AttributeType.REQUESTED_TRANSPORT,
            AttributeType.MESSAGE_INTEGRITY_SHA256,
            AttributeType.PASSWORD_ALGORITHM,
            AttributeType.USERHASH,
            AttributeType.XOR_MAPPED_ADDRESS,
            AttributeType.RESERVATION_TOKEN);

    private final int index;
    private final Parts parts;
    private final RelayCounters counters = new RelayCounters();
    private final KnownAttributes known;
    private final StunMessage message = new StunMessage();
    private final Answers answers;
    private final Authenticator authenticator;
    private final Media media;
    private final Allocations allocations;
    private final Reservations reservations;
    private final TcpPeers tcpPeers;
    private final AllocateHandler allocate;
    private final RefreshHandler refresh;
    private final PeerHandler peers;

    /**
     * @param index of this loop among those that share the ports, 0 to 255
     * @param random a cryptographic source for tokens, tickets and ids
     */
    public Relay(int index, Parts parts, SecureRandom random) {
        if (index < 0 || index > 0xff) {
            throw new IllegalArgumentException("a process may have 256 relays, and this is number " + index);
        }
        this.index = index;
        this.parts = parts;
        this.known = known(parts);
        Nonces nonces = new Nonces(parts.settings().nonceLifetime(), parts.nonceSecret());
        ChallengeLimit limit = new ChallengeLimit(
                parts.settings().challengesPerSecond(), parts.clock().nanos(), random);
        Integrity integrity = new Integrity();
        Endpoints endpoints = new Endpoints(parts.ports(), parts.sockets());
        Tickets tickets = new Tickets(index, random);
        answers = new Answers(parts, counters, nonces, limit, integrity);
        authenticator = new Authenticator(parts, nonces, integrity, answers);
        media = new Media(parts, counters, known, random.nextLong());
        peers = new PeerHandler(parts, answers);
        tcpPeers = new TcpPeers(index, random, parts, counters, answers, peers);
        allocations = new Allocations(parts, counters, endpoints, tcpPeers);
        reservations = new Reservations(index, random, endpoints, parts.quotas());
        allocate = new AllocateHandler(parts, answers, allocations, endpoints, reservations, tickets);
        refresh = new RefreshHandler(parts, answers, allocations, tickets, allocate);
    }

    private static KnownAttributes known(Parts parts) {
        KnownAttributes known = KNOWN;
        if (parts.sockets().canSetDontFragment()) {
            known = known.and(AttributeType.DONT_FRAGMENT);
        }
        return parts.settings().tcpRelay() ? known.and(AttributeType.CONNECTION_ID) : known;
    }

    /**
     * One whole message of a client: a datagram, or one frame of a stream as {@link
     * org.trestle.turn.stun.Framing#frameLength} cuts it. Takes {@code bytes} over.
     */
    public void fromClient(ClientLeg leg, ByteBuf bytes) {
        if (bytes.isReadable() && Framing.isChannelData(bytes.getByte(bytes.readerIndex()))) {
            media.channelData(leg, bytes);
            return;
        }
        if (!message.read(bytes)) {
            counters.add(StunMessage.looksLikeStun(bytes) ? Drop.MALFORMED : Drop.GARBAGE);
        } else if (!Fingerprint.isRightOrAbsent(message)) {
            counters.add(Drop.MALFORMED);
        } else if (!isForThisServer()) {
            counters.add(Drop.NOT_FOR_A_SERVER);
        } else if (message.isOverfull()) {
            overfull(leg);
        } else if (Media.isSend(message)) {
            media.send(leg, message, bytes);
            message.clear();
            return;
        } else {
            counters.add(RelayCounters.Count.REQUESTS, 1);
            request(leg, bytes);
        }
        message.clear();
        bytes.release();
    }

    /**
     * Whether the method is one that a server has, and the class one that the method has. What is not is discarded
     * silently (RFC 8489 section 6.3): it may be no STUN at all.
     */
    private boolean isForThisServer() {
        StunMethod method = message.method();
        boolean request = message.messageClass() == StunClass.REQUEST && method != null && method.hasRequests();
        return request || Media.isSend(message);
    }

    /** More attributes than are looked at: a request is told so, unsigned, as its own signature was not reached. */
    private void overfull(ClientLeg leg) {
        if (message.messageClass() == StunClass.REQUEST) {
            counters.add(RelayCounters.Count.REQUESTS, 1);
            answers.refuseUnproved(
                    leg,
                    message,
                    null,
                    Refusal.BAD_REQUEST,
                    "more than " + StunMessage.MAX_ATTRIBUTES + " attributes in one request");
        } else {
            counters.add(Drop.MALFORMED);
        }
    }

    private void request(ClientLeg leg, ByteBuf bytes) {
        StunMethod method = Objects.requireNonNull(message.method(), "requests without a known method are discarded");
        if (method == StunMethod.BINDING) {
            answers.binding(leg, message, known);
            return;
        }
        Proof proof = authenticator.authenticate(leg, message);
        if (proof == null) {
            endWithdrawn(leg);
            return;
        }
        Request request = new Request(leg, message, proof);
        if (known.anyUnknown(message)) {
            answers.unknownAttributes(request, known);
            return;
        }
        int home = home(leg, method);
        if (home == index || !parts.neighbours().pass(home, leg, bytes)) {
            handle(method, request);
        }
    }

    /** Ends the allocation of a client that has just proved the credentials of it, which somebody took back meanwhile. */
    private void endWithdrawn(ClientLeg leg) {
        Allocation allocation = leg.allocation;
        String withdrawn = authenticator.withdrawn();
        if (allocation != null && allocation.user().username().equals(withdrawn)) {
            allocations.end(allocation, "its credentials were taken back");
        }
    }

    /** The loop that a request belongs to: another one than this if it names what that one gave out. */
    private int home(ClientLeg leg, StunMethod method) {
        if (leg.allocation != null) {
            return index;
        }
        int at;
        switch (method) {
            case ALLOCATE -> {
                at = message.find(AttributeType.RESERVATION_TOKEN);
                return at >= 0 && message.length(at) == 8
                        ? Reservations.loopOf(message.bytes().getLong(at))
                        : index;
            }
            case REFRESH -> {
                byte[] ticket = message.value(AttributeType.MOBILITY_TICKET);
                int loop = ticket == null ? -1 : Tickets.loopOf(ticket);
                return loop >= 0 ? loop : index;
            }
            case CONNECTION_BIND -> {
                at = message.find(AttributeType.CONNECTION_ID);
                return at >= 0 && message.length(at) == 4
                        ? TcpPeers.loopOf(message.bytes().getInt(at))
                        : index;
            }
            default -> {
                return index;
            }
        }
    }

    private void handle(StunMethod method, Request request) {
        switch (method) {
            case ALLOCATE -> allocate.handle(request);
            case REFRESH -> refresh.handle(request);
            case CONNECTION_BIND -> tcpPeers.connectionBind(request);
            default -> handleOfAllocation(method, request);
        }
    }

    private void handleOfAllocation(StunMethod method, Request request) {
        Allocation allocation = request.leg().allocation;
        if (allocation == null || !allocation.isOpen(parts.clock().nanos())) {
            answers.refuse(request, Refusal.ALLOCATION_MISMATCH, "no allocation on this five-tuple");
        } else if (!allocation.user().username().equals(request.proof().user().username())) {
            answers.refuse(request, Refusal.WRONG_CREDENTIALS, "");
        } else if (method == StunMethod.CREATE_PERMISSION) {
            peers.createPermission(request, allocation);
        } else if (method == StunMethod.CHANNEL_BIND) {
            peers.channelBind(request, allocation);
        } else {
            tcpPeers.connect(request, allocation);
        }
    }

    /**
     * A datagram of a peer; the address is as in {@link org.trestle.turn.stun.TransportAddress}. Takes {@code payload}
     * over; {@link #HEADROOM} bytes before its reader index may be overwritten if they are there, and 3 after its writer
     * index.
     */
    public void fromPeer(RelaySocket socket, long high, long low, int port, ByteBuf payload) {
        media.fromPeer(socket, high, low, port, payload);
    }

    /** A peer's connection was accepted (RFC 6062 section 5.3). */
    public void fromPeer(RelayListener listener, PeerConnection connection) {
        tcpPeers.accepted(listener, connection);
    }

    /**
     * An ICMP error for a datagram that {@code socket} sent to this peer (RFC 8656 section 11.5).
     *
     * @param data for "too big" the next hop's MTU, else 0 (RFC 8656 section 18.13)
     */
    public void icmp(RelaySocket socket, long high, long low, int port, int type, int code, int data) {
        media.icmp(socket, high, low, port, type, code, data);
    }

    /** A peer's connection is gone, before or after it was spliced. */
    public void ended(PeerConnection connection) {
        tcpPeers.ended(connection);
    }

    /** A client's connection is gone: its allocation ends, unless the client may resume it from elsewhere (RFC 8016). */
    public void gone(ClientLeg leg) {
        Allocation allocation = leg.allocation;
        if (allocation != null && allocation.ticket == null) {
            allocations.end(allocation, "the client's connection is gone");
        }
    }

    /** Ends what has expired. To be called about once a second; what has expired is never used, however late this is. */
    public void tick() {
        long now = parts.clock().nanos();
        allocations.tick(now);
        reservations.tick(now);
        tcpPeers.tick(now);
    }

    /** Looks at all allocations. */
    public void forEach(Consumer<AllocationView> reader) {
        allocations.forEach(reader);
    }

    /** Ends the allocation with this id, if it is here. */
    public boolean end(long allocationId, String why) {
        return allocations.end(allocationId, why);
    }

    /** Ends all allocations, and what is reserved. */
    public void close(String why) {
        allocations.close(why);
        reservations.close();
    }

    public RelayCounters counters() {
        return counters;
    }
}
