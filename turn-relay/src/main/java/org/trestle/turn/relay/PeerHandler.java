package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Framing;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.turn.stun.XorAddress;

/** CreatePermission and ChannelBind: RFC 8656 sections 10.2 and 12.2. */
final class PeerHandler {
    private static final String UNREADABLE = "XOR-PEER-ADDRESS that cannot be read";

    private final Relay.Parts parts;
    private final Answers answers;
    private final XorAddress peer = new XorAddress();

    /** What was wrong with the peer that was looked at last. */
    private String complaint = "";

    PeerHandler(Relay.Parts parts, Answers answers) {
        this.parts = parts;
        this.answers = answers;
    }

    /** All addresses are judged before the first permission is made, so that a refusal changes nothing. */
    void createPermission(Request request, Allocation allocation) {
        StunMessage message = request.message();
        int peers = 0;
        int fresh = 0;
        for (int i = 0; i < message.attributes(); i++) {
            if (message.attribute(i) == AttributeType.XOR_PEER_ADDRESS) {
                Refusal refusal = judge(allocation, message, message.offset(i), PeerPolicy.ANY_PORT);
                if (refusal != null) {
                    answers.refuse(request, refusal, complaint);
                    return;
                }
                peers++;
                fresh += allocation.permissions.find(peer.high(), peer.low()) == null ? 1 : 0;
            }
        }
        if (peers == 0) {
            answers.refuse(request, Refusal.BAD_REQUEST, "no XOR-PEER-ADDRESS");
        } else if (!hasRoom(allocation, fresh)) {
            answers.refuse(request, Refusal.TOO_MANY_PERMISSIONS, "");
        } else {
            permitAll(allocation, message);
            answers.success(request);
            answers.send(request);
        }
    }

    private void permitAll(Allocation allocation, StunMessage message) {
        for (int i = 0; i < message.attributes(); i++) {
            if (message.attribute(i) == AttributeType.XOR_PEER_ADDRESS && peer.read(message, message.offset(i))) {
                permit(allocation, peer);
            }
        }
    }

    void channelBind(Request request, Allocation allocation) {
        StunMessage message = request.message();
        int number = (int) message.number(AttributeType.CHANNEL_NUMBER, 2, 4);
        int at = message.find(AttributeType.XOR_PEER_ADDRESS);
        if (allocation.isTcp()) {
            answers.refuse(request, Refusal.PEER_FORBIDDEN, "ChannelBind on a TCP allocation");
            return;
        }
        if (at < 0 || number < Framing.FIRST_CHANNEL || number > Framing.LAST_CHANNEL) {
            answers.refuse(request, Refusal.BAD_REQUEST, "a peer and a channel of 0x4000 to 0x4FFF are needed");
            return;
        }
        long judgedAt = parts.peers().changes();
        Refusal refusal = judgePort(allocation, message, at);
        if (refusal != null) {
            answers.refuse(request, refusal, complaint);
            return;
        }
        refusal = bind(allocation, number, peer.family(), judgedAt);
        if (refusal != null) {
            answers.refuse(request, refusal, complaint);
            return;
        }
        answers.success(request);
        answers.send(request);
    }

    /** Why {@code allocation} may not have this peer; null if it may, and then {@link #peer} is it. */
    @Nullable
    Refusal judge(Allocation allocation, StunMessage message, int at, int port) {
        complaint = "";
        if (!peer.read(message, at)) {
            complaint = UNREADABLE;
            return Refusal.BAD_REQUEST;
        }
        if (!allocation.has(peer.family())) {
            return Refusal.PEER_FAMILY;
        }
        if (peer.family() == AddressFamily.IPV6 && TransportAddress.isIpv4(peer.high(), peer.low())) {
            complaint = "an IPv4 address in IPv6 form: " + peer.address();
            return Refusal.PEER_FORBIDDEN;
        }
        String why = parts.peers().refuses(peer.high(), peer.low(), port, allocation.isTcp());
        if (why != null) {
            complaint = peer.address() + ": " + why;
            return Refusal.PEER_FORBIDDEN;
        }
        return null;
    }

    /** Like {@link #judge} of a peer that a packet or connection is to reach: its port counts, and 0 is none. */
    @Nullable
    Refusal judgePort(Allocation allocation, StunMessage message, int at) {
        complaint = "";
        boolean readable = peer.read(message, at);
        if (readable && peer.port() != 0) {
            return judge(allocation, message, at, peer.port());
        }
        complaint = readable ? "port 0 of " + peer.address() : UNREADABLE;
        return Refusal.BAD_REQUEST;
    }

    /** The peer that {@link #judge} found good. */
    TransportAddress judged() {
        return peer.address();
    }

    String complaint() {
        return complaint;
    }

    private @Nullable Refusal bind(Allocation allocation, int number, AddressFamily family, long judgedAt) {
        long now = parts.clock().nanos();
        allocation.channels.sweep(now);
        ChannelBinding binding = allocation.channels.find(number);
        ChannelBinding samePeer = allocation.channels.find(peer.high(), peer.low(), peer.port());
        if (binding != samePeer) {
            complaint = binding != null ? "the channel has another peer" : "the peer has another channel";
            return Refusal.BAD_REQUEST;
        }
        RelaySocket socket = allocation.socket(family);
        if (socket == null) {
            return Refusal.PEER_FAMILY;
        }
        boolean newPermission = allocation.permissions.find(peer.high(), peer.low()) == null;
        boolean fullOfChannels = binding == null
                && allocation.channels.size() >= parts.settings().maxChannels();
        if (fullOfChannels || !hasRoom(allocation, newPermission ? 1 : 0)) {
            return Refusal.TOO_MANY_PERMISSIONS;
        }
        Permission permission = permit(allocation, peer);
        if (binding == null) {
            binding = new ChannelBinding(number, permission, permission.at(peer.port()), socket);
            allocation.channels.add(binding);
        }
        binding.expiresAt = now + ChannelBinding.LIFETIME_NANOS;
        binding.judgedAt = judgedAt;
        return null;
    }

    private boolean hasRoom(Allocation allocation, int more) {
        int limit = parts.settings().maxPermissions();
        if (more > 0 && allocation.permissions.size() + more > limit) {
            allocation.permissions.sweep(parts.clock().nanos());
        }
        return more == 0 || allocation.permissions.size() + more <= limit;
    }

    private Permission permit(Allocation allocation, XorAddress address) {
        Permission permission = allocation.permissions.find(address.high(), address.low());
        if (permission == null) {
            boolean dependsOnPort = parts.peers().dependsOnPort(address.high(), address.low());
            permission = new Permission(address.high(), address.low(), dependsOnPort);
            permission.refresh(parts.clock().nanos());
            allocation.permissions.add(permission);
        }
        permission.refresh(parts.clock().nanos());
        return permission;
    }
}
