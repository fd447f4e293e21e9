package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.RelayCounters.Count;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Framing;
import org.trestle.turn.stun.KnownAttributes;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.turn.stun.XorAddress;

/** The way of media, both directions: RFC 8656 sections 11 and 12.5 to 12.7. Makes no object for ChannelData. */
final class Media {
    private static final int SEND = StunMethod.SEND.type(StunClass.INDICATION);
    private static final int DATA = StunMethod.DATA.type(StunClass.INDICATION);
    private static final int ATTRIBUTE_HEADER = 4;
    /** With the greatest header before it, a payload up to this fits the 16 bits of a length. */
    private static final int MAX_PAYLOAD = 0xffff - 2 * ATTRIBUTE_HEADER - 20 - 3;

    private final RelayClock clock;
    private final PeerPolicy policy;
    private final @Nullable TokenBucket total;
    private final RelayCounters counters;
    private final KnownAttributes known;
    private final boolean canSetDontFragment;
    private final ByteBufAllocator allocator;
    private final SplittableRandom transactions;
    private final StunWriter writer = new StunWriter();
    private final XorAddress address = new XorAddress();

    Media(Relay.Parts parts, RelayCounters counters, KnownAttributes known, long seed) {
        this.clock = parts.clock();
        this.policy = parts.peers();
        this.total = parts.quotas().totalBandwidth();
        this.counters = counters;
        this.known = known;
        this.canSetDontFragment = parts.sockets().canSetDontFragment();
        this.allocator = parts.allocator();
        this.transactions = new SplittableRandom(seed);
    }

    /** ChannelData of a client; takes {@code message} over. */
    void channelData(ClientLeg leg, ByteBuf message) {
        Allocation allocation = leg.allocation;
        Drop drop = allocation == null ? Drop.NO_ALLOCATION : forward(allocation, message);
        if (drop != null) {
            drop(allocation, drop);
            message.release();
        }
    }

    /** Sends the payload on, or says why not; then {@code message} is still the caller's. */
    private @Nullable Drop forward(Allocation allocation, ByteBuf message) {
        int start = message.readerIndex();
        if (message.readableBytes() < Framing.CHANNEL_HEADER) {
            return Drop.MALFORMED;
        }
        int length = message.getUnsignedShort(start + 2);
        if (length > message.readableBytes() - Framing.CHANNEL_HEADER) {
            return Drop.MALFORMED;
        }
        long now = clock.nanos();
        ChannelBinding binding = allocation.channels.find(message.getUnsignedShort(start));
        // A dual allocation may have given up the family of the channel meanwhile.
        if (binding == null || !binding.isAlive(now) || binding.socket.allocation != allocation) {
            return Drop.UNBOUND_CHANNEL;
        }
        if (binding.permission.dependsOnPort && !isStillOpen(binding)) {
            return Drop.PEER_DENIED;
        }
        Drop drop = admit(allocation, binding.permission, length, now);
        if (drop == null) {
            int payload = start + Framing.CHANNEL_HEADER;
            message.setIndex(payload, payload + length);
            toPeer(allocation, length);
            binding.socket.send(message, binding.peer, false);
        }
        return drop;
    }

    /** A port of our own may have become somebody else's since the channel was bound. */
    private boolean isStillOpen(ChannelBinding binding) {
        long changes = policy.changes();
        if (changes == binding.judgedAt) {
            return true;
        }
        Permission peer = binding.permission;
        if (policy.refuses(peer.high, peer.low, binding.port(), false) != null) {
            return false;
        }
        binding.judgedAt = changes;
        return true;
    }

    /** A Send indication that has been read; {@code bytes} is what it was read from and is taken over. */
    void send(ClientLeg leg, StunMessage message, ByteBuf bytes) {
        Allocation allocation = leg.allocation;
        Drop drop = allocation == null ? Drop.NO_ALLOCATION : forward(allocation, message, bytes);
        if (drop != null) {
            drop(allocation, drop);
            bytes.release();
        }
    }

    private @Nullable Drop forward(Allocation allocation, StunMessage message, ByteBuf bytes) {
        int peer = message.find(AttributeType.XOR_PEER_ADDRESS);
        int data = message.find(AttributeType.DATA);
        boolean dontFragment = message.has(AttributeType.DONT_FRAGMENT);
        if (peer < 0 || data < 0 || !address.read(message, peer) || address.port() == 0 || known.anyUnknown(message)) {
            return Drop.UNUSABLE_INDICATION;
        }
        boolean disguised =
                address.family() == AddressFamily.IPV6 && TransportAddress.isIpv4(address.high(), address.low());
        RelaySocket socket = disguised ? null : allocation.socket(address.family());
        if (socket == null || (dontFragment && !canSetDontFragment)) {
            return Drop.UNUSABLE_INDICATION;
        }
        long now = clock.nanos();
        Permission permission = allocation.permissions.find(address.high(), address.low());
        if (permission == null) {
            return Drop.NO_PERMISSION;
        }
        if (permission.dependsOnPort && policy.refuses(address.high(), address.low(), address.port(), false) != null) {
            return Drop.PEER_DENIED;
        }
        int length = message.length(data);
        Drop drop = admit(allocation, permission, length, now);
        if (drop == null) {
            bytes.setIndex(data, data + length);
            toPeer(allocation, length);
            socket.send(bytes, permission.at(address.port()), dontFragment);
        }
        return drop;
    }

    /** A datagram of a peer; takes {@code payload} over. */
    void fromPeer(RelaySocket socket, long high, long low, int port, ByteBuf payload) {
        Allocation allocation = socket.allocation;
        if (allocation == null) {
            drop(null, Drop.NO_ALLOCATION);
            payload.release();
            return;
        }
        long now = clock.nanos();
        ChannelBinding binding = allocation.channels.find(high, low, port);
        Permission permission = binding != null ? binding.permission : allocation.permissions.find(high, low);
        int length = payload.readableBytes();
        Drop drop = length > MAX_PAYLOAD ? Drop.TOO_LARGE : Drop.NO_PERMISSION;
        if (permission != null && length <= MAX_PAYLOAD) {
            drop = admit(allocation, permission, length, now);
        }
        if (drop != null) {
            drop(allocation, drop);
            payload.release();
            return;
        }
        allocation.packetsToClient++;
        allocation.bytesToClient += length;
        counters.add(Count.PACKETS_TO_CLIENT, 1);
        counters.add(Count.BYTES_TO_CLIENT, length);
        ClientLeg leg = allocation.leg;
        if (binding != null && binding.isAlive(now)) {
            leg.send(
                    channelData(binding.number, payload, length, leg.transport().isStream()));
        } else {
            leg.send(dataIndication(high, low, port, payload, length));
        }
    }

    /** An ICMP error about a datagram of {@code socket}: RFC 8656 section 11.5. */
    void icmp(RelaySocket socket, long high, long low, int port, int type, int code, int data) {
        Allocation allocation = socket.allocation;
        long now = clock.nanos();
        if (allocation == null || !allocation.isOpen(now) || !isForClients(TransportAddress.isIpv4(high, low), type)) {
            return;
        }
        Permission permission = allocation.permissions.find(high, low);
        if (permission == null || !permission.isAlive(now)) {
            return;
        }
        ByteBuf out = allocator.buffer(64);
        writer.begin(out, DATA, transactions.nextInt(), transactions.nextLong())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, high, low, port)
                .longNumber(
                        AttributeType.ICMP,
                        ((long) ((type & 0x7f) << 9 | (code & 0x1ff)) << 32) | (data & 0xffff_ffffL))
                .end();
        allocation.leg.send(out);
    }

    /** Unreachable, time exceeded, and too big; RFC 8656 section 11.5. */
    private static boolean isForClients(boolean ipv4, int type) {
        return ipv4 ? type == 3 || type == 11 : type >= 1 && type <= 3;
    }

    /** Whether a packet may pass now; if so, its bytes are paid. */
    private @Nullable Drop admit(Allocation allocation, Permission permission, int length, long now) {
        if (!allocation.isOpen(now)) {
            return Drop.NO_ALLOCATION;
        }
        if (!permission.isAlive(now)) {
            return Drop.NO_PERMISSION;
        }
        if (allocation.bandwidth != null && !allocation.bandwidth.take(length, now)) {
            return Drop.ALLOCATION_BANDWIDTH;
        }
        if (allocation.userBandwidth != null && !allocation.userBandwidth.take(length, now)) {
            return Drop.USER_BANDWIDTH;
        }
        return total != null && !total.take(length, now) ? Drop.TOTAL_BANDWIDTH : null;
    }

    private ByteBuf channelData(int number, ByteBuf payload, int length, boolean stream) {
        int padding = stream ? -length & 3 : 0;
        ByteBuf out = roomy(payload, Framing.CHANNEL_HEADER, padding);
        int start = out.readerIndex() - Framing.CHANNEL_HEADER;
        out.setShort(start, number).setShort(start + 2, length).readerIndex(start);
        return out.writeZero(padding);
    }

    private ByteBuf dataIndication(long high, long low, int port, ByteBuf payload, int length) {
        int addressLength = TransportAddress.isIpv4(high, low) ? 8 : 20;
        int before = Framing.STUN_HEADER + ATTRIBUTE_HEADER + addressLength + ATTRIBUTE_HEADER;
        int padding = -length & 3;
        ByteBuf out = roomy(payload, before, padding);
        int start = out.readerIndex() - before;
        int end = out.writerIndex();
        out.setIndex(start, start);
        writer.begin(out, DATA, transactions.nextInt(), transactions.nextLong())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, high, low, port);
        out.writeShort(AttributeType.DATA).writeShort(length).writerIndex(end).writeZero(padding);
        return writer.end();
    }

    /** {@code payload}, or a copy of it, with this many writable bytes before and after; takes {@code payload} over. */
    private ByteBuf roomy(ByteBuf payload, int before, int after) {
        if (payload.readerIndex() >= before && payload.writableBytes() >= after && !payload.isReadOnly()) {
            return payload;
        }
        ByteBuf copy = allocator.buffer(before + payload.readableBytes() + after);
        copy.setIndex(before, before).writeBytes(payload);
        payload.release();
        return copy;
    }

    private void toPeer(Allocation allocation, int length) {
        allocation.packetsToPeer++;
        allocation.bytesToPeer += length;
        counters.add(Count.PACKETS_TO_PEER, 1);
        counters.add(Count.BYTES_TO_PEER, length);
    }

    private void drop(@Nullable Allocation allocation, Drop reason) {
        counters.add(reason);
        if (allocation != null) {
            allocation.packetsDropped++;
        }
    }

    static boolean isSend(StunMessage message) {
        return message.type() == SEND;
    }
}
