package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.Relay;
import org.trestle.turn.relay.RelaySocket;
import org.trestle.turn.stun.TransportAddress;

/** A relayed transport address: its peers are on the other side. */
@SuppressWarnings("ReferenceEquality") // the relay gives the same object for all packets of a peer
final class UdpRelaySocket extends RelaySocket implements UdpSocket.Receiver {

    /** Peers whose address is kept in the form that is needed here; a power of two. */
    private static final int REMEMBERED = 8;

    private final Relay relay;
    private final UdpSocket socket;
    private final @Nullable InetSocketAddress[] peers = new InetSocketAddress[REMEMBERED];
    private final @Nullable TransportAddress[] addresses = new TransportAddress[REMEMBERED];

    UdpRelaySocket(DatagramLoop loop, Relay relay, InetSocketAddress local, UdpSocket.Options options)
            throws IOException {
        super(local.getPort());
        this.relay = relay;
        this.socket = UdpSocket.open(loop, local, options, this);
    }

    @Override
    public void received(ByteBuf view, long high, long low, int port) {
        relay.fromPeer(this, high, low, port, view);
    }

    @Override
    public void failed(TransportAddress peer, int type, int code, int data) {
        relay.icmp(this, peer.high(), peer.low(), peer.port(), type, code, data);
    }

    @Override
    public void send(ByteBuf payload, InetSocketAddress peer, boolean dontFragment) {
        TransportAddress to = address(peer);
        if (dontFragment) {
            socket.sendUnfragmented(payload, to.high(), to.low(), to.port());
        } else {
            socket.send(payload, to.high(), to.low(), to.port());
        }
    }

    private TransportAddress address(InetSocketAddress peer) {
        int place = System.identityHashCode(peer) & REMEMBERED - 1;
        TransportAddress known = addresses[place];
        if (peers[place] == peer && known != null) {
            return known;
        }
        TransportAddress address = TransportAddress.of(peer);
        peers[place] = peer;
        addresses[place] = address;
        return address;
    }

    @Override
    public void close() {
        socket.close();
    }
}
