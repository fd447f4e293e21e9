package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.ClientLeg;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.PeerConnection;
import org.trestle.turn.relay.Relay;
import org.trestle.turn.relay.Transport;
import org.trestle.turn.stun.TransportAddress;

/**
 * One loop's share of a UDP port for clients: finds the leg of each datagram. A client without an allocation leaves
 * nothing here.
 */
final class UdpClients implements UdpSocket.Receiver {

    private final Relay relay;
    private final UdpSocket socket;
    private final TransportAddress server;
    private final LegMap<UdpLeg> legs;
    private UdpSocket.@Nullable Receiver dtls;

    UdpClients(DatagramLoop loop, Relay relay, InetSocketAddress local, UdpSocket.Options options, long secret)
            throws IOException {
        this.relay = relay;
        this.socket = UdpSocket.open(loop, local, options, this);
        this.server = TransportAddress.of(socket.localAddress());
        this.legs = new LegMap<>(secret);
    }

    InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    UdpSocket socket() {
        return socket;
    }

    TransportAddress server() {
        return server;
    }

    /** From now on DTLS is understood on this port. */
    void dtls(UdpSocket.Receiver clients) {
        dtls = clients;
    }

    @Override
    public void received(ByteBuf view, long high, long low, int port) {
        if (dtls != null && view.isReadable() && isDtls(view.getByte(view.readerIndex()))) {
            dtls.received(view, high, low, port);
            return;
        }
        UdpLeg leg = legs.get(high, low, port);
        if (leg == null) {
            leg = new UdpLeg(this, new TransportAddress(high, low, port));
        }
        Passing.Passed elsewhere = leg.elsewhere;
        if (elsewhere != null) {
            elsewhere.take(RelayLoop.copy(view));
            return;
        }
        relay.fromClient(leg, view);
    }

    /** RFC 7983: 20 to 63. */
    private static boolean isDtls(byte first) {
        return first >= 20 && first <= 63;
    }

    private void keep(UdpLeg leg) {
        TransportAddress client = leg.client;
        legs.put(client.high(), client.low(), client.port(), leg);
    }

    private void forget(UdpLeg leg) {
        TransportAddress client = leg.client;
        if (legs.get(client.high(), client.low(), client.port()) == leg) {
            legs.remove(client.high(), client.low(), client.port());
        }
    }

    void close() {
        socket.close();
    }

    /** A client behind the port. */
    static final class UdpLeg extends ClientLeg implements Passing.Passable {
        private final UdpClients clients;
        private final TransportAddress client;
        private Passing.@Nullable Passed elsewhere;

        UdpLeg(UdpClients clients, TransportAddress client) {
            super(new FiveTuple(client, clients.server, Transport.UDP));
            this.clients = clients;
            this.client = client;
        }

        @Override
        public void send(ByteBuf message) {
            clients.socket.send(message, client.high(), client.low(), client.port());
        }

        @Override
        public void close() {}

        @Override
        public void kept() {
            clients.keep(this);
        }

        @Override
        public void released() {
            clients.forget(this);
        }

        @Override
        public void splice(PeerConnection peer) {
            peer.close();
        }

        @Override
        public Executor home() {
            return clients.socket.executor();
        }

        @Override
        public void follow(Passing.@Nullable Passed leg) {
            elsewhere = leg;
        }
    }
}
