package org.trestle.turn.net;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.trestle.turn.relay.PeerConnection;
import org.trestle.turn.stun.TransportAddress;

/** A peer's TCP connection (RFC 6062). It is not read before it is joined with a client's. */
final class TcpPeer implements PeerConnection {

    private final Channel channel;
    private final TransportAddress peer;

    TcpPeer(Channel channel) {
        this.channel = channel;
        this.peer = TransportAddress.of((InetSocketAddress) channel.remoteAddress());
    }

    Channel channel() {
        return channel;
    }

    @Override
    public TransportAddress peer() {
        return peer;
    }

    @Override
    public void close() {
        channel.close();
    }
}
