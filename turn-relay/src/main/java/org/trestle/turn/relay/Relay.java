package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;

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
            Credentials credentials,
            PeerPolicy peers,
            Quotas quotas,
            Alternates alternates,
            Neighbours neighbours,
            RelayEvents events,
            RelayClock clock,
            ByteBufAllocator allocator) {}

    private final RelayCounters counters = new RelayCounters();

    /** @param index of this loop among those that share the ports, 0 to 255 */
    public Relay(int index, Parts parts) {}

    /**
     * One whole message of a client: a datagram, or one frame of a stream as {@link
     * org.trestle.turn.stun.Framing#frameLength} cuts it. Takes {@code message} over.
     */
    public void fromClient(ClientLeg leg, ByteBuf message) {
        message.release();
    }

    /**
     * A datagram of a peer; the address is as in {@link org.trestle.turn.stun.TransportAddress}. Takes {@code payload}
     * over; {@link #HEADROOM} bytes before its reader index may be overwritten if they are there (and, for streams, 3
     * after it).
     */
    public void fromPeer(RelaySocket socket, long high, long low, int port, ByteBuf payload) {
        payload.release();
    }

    /** A peer's connection was accepted (RFC 6062 section 5.3). */
    public void fromPeer(RelayListener listener, PeerConnection connection) {
        connection.close();
    }

    /**
     * An ICMP error for a datagram that {@code socket} sent to this peer (RFC 8656 section 11.5).
     *
     * @param data for "too big" the next hop's MTU, else 0 (RFC 8656 section 18.13)
     */
    public void icmp(RelaySocket socket, long high, long low, int port, int type, int code, int data) {}

    /** A peer's connection is gone, before or after it was spliced. */
    public void ended(PeerConnection connection) {}

    /** A client's connection is gone: its allocation ends, unless mobility keeps it. */
    public void gone(ClientLeg leg) {}

    /** Ends what has expired. To be called about once a second; what has expired is never used, however late this is. */
    public void tick() {}

    /** Looks at all allocations. */
    public void forEach(Consumer<AllocationView> reader) {}

    /** Ends the allocation with this id, if it is here. */
    public boolean end(long allocationId, String why) {
        return false;
    }

    /** Ends all allocations, those reserved too. */
    public void close(String why) {}

    public RelayCounters counters() {
        return counters;
    }
}
