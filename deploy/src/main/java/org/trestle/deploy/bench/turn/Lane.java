package org.trestle.deploy.bench.turn;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.net.DatagramLoop;
import org.trestle.turn.net.UdpSocket;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Framing;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.turn.stun.XorAddress;

/** One client with its allocation, and its peer. On the load's event loop only. */
final class Lane {
    private static final int CHANNEL = 0x4000;
    private static final int MISMATCH = 437;
    private static final int UDP_PEERS = 17 << 24;

    private final Load load;
    private final Links links;
    private Link link;
    private final UdpSocket peer;
    private final TransportAddress self;
    private final StunWriter writer = new StunWriter();
    private final Integrity integrity = new Integrity();
    private byte[] unanswered = new byte[0];
    private byte[] nonce = new byte[0];
    private byte[] realm = new byte[0];
    private byte[] key = new byte[0];
    private long transaction;
    private @Nullable TransportAddress relayed;
    private long sentToPeer;
    private long sentToClient;
    private long atPeer;
    private long atClient;

    Lane(Load load, DatagramLoop loop, Link.Kind kind, InetSocketAddress server, @Nullable SslContext tls)
            throws IOException {
        this.load = load;
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        UdpSocket.Options options = new UdpSocket.Options(false, false, load.runs(), false, 4 << 20);
        this.peer = UdpSocket.open(loop, any, options, (view, high, low, port) -> receivedByPeer(view));
        this.self = TransportAddress.of(peer.localAddress());
        this.links = receiver -> kind == Link.Kind.UDP
                ? udp(loop, any, options, TransportAddress.of(server), receiver)
                : new StreamLink(load.executor(), server, tls, receiver);
        this.link = links.open(this::receivedByClient);
    }

    private static Link udp(
            DatagramLoop loop,
            InetSocketAddress any,
            UdpSocket.Options options,
            TransportAddress to,
            Link.Receiver receiver)
            throws IOException {
        UdpSocket socket = UdpSocket.open(loop, any, options, (view, high, low, port) -> receiver.received(view));
        return new Link() {
            @Override
            public void send(ByteBuf message) {
                socket.send(message, to.high(), to.low(), to.port());
            }

            @Override
            public boolean isReliable() {
                return false;
            }

            @Override
            public void flush() {}

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    /** Asks for an allocation, then for a channel to the peer. */
    void begin() {
        request(StunMethod.ALLOCATE);
    }

    /** Ends the allocation and closes the sockets. */
    void end() {
        if (relayed != null) {
            request(StunMethod.REFRESH);
        }
        peer.close();
        link.close();
    }

    private void tryAnotherAddress() {
        link.close();
        try {
            link = links.open(this::receivedByClient);
            request(StunMethod.ALLOCATE);
        } catch (IOException e) {
            load.failed("no other socket: " + e.getMessage());
        }
    }

    /** Opens ways to the server. */
    private interface Links {
        Link open(Link.Receiver receiver) throws IOException;
    }

    private void request(StunMethod method) {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(512);
        writer.begin(out, method.type(StunClass.REQUEST), System.identityHashCode(this), ++transaction);
        switch (method) {
            case ALLOCATE -> writer.number(AttributeType.REQUESTED_TRANSPORT, UDP_PEERS);
            case CHANNEL_BIND ->
                writer.number(AttributeType.CHANNEL_NUMBER, CHANNEL << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, self);
            default -> writer.number(AttributeType.LIFETIME, 0);
        }
        if (nonce.length > 0) {
            writer.text(AttributeType.USERNAME, TurnContender.USER)
                    .value(AttributeType.REALM, realm)
                    .value(AttributeType.NONCE, nonce)
                    .integrity(integrity, key);
        }
        writer.end();
        unanswered = link.isReliable() ? new byte[0] : ByteBufUtil.getBytes(out);
        link.send(out);
        link.flush();
    }

    /** Sends the request again that has no answer yet, if there is one. */
    void repeat() {
        if (unanswered.length > 0) {
            link.send(PooledByteBufAllocator.DEFAULT
                    .directBuffer(unanswered.length)
                    .writeBytes(unanswered));
        }
    }

    private void receivedByClient(ByteBuf message) {
        if (isChannelData(message)) {
            atClient = load.arrived(message, message.readerIndex() + 4, atClient);
            return;
        }
        StunMessage stun = new StunMessage();
        if (!stun.read(message)) {
            // A late packet of an earlier load, whose peer had the port that this socket has now.
            load.stray();
        } else if (stun.transactionLow() == transaction) {
            answered(stun);
        }
    }

    private void answered(StunMessage stun) {
        unanswered = new byte[0];
        if (stun.messageClass() == StunClass.ERROR) {
            refused(stun);
        } else if (stun.method() == StunMethod.ALLOCATE) {
            XorAddress address = new XorAddress();
            if (address.read(stun, stun.find(AttributeType.XOR_RELAYED_ADDRESS))) {
                relayed = address.address();
                load.allocated(this);
            }
        } else if (stun.method() == StunMethod.CHANNEL_BIND) {
            load.ready(this);
        }
    }

    private static boolean isChannelData(ByteBuf message) {
        return message.readableBytes() >= Framing.CHANNEL_HEADER
                && Framing.isChannelData(message.getUnsignedByte(message.readerIndex()));
    }

    private void refused(StunMessage stun) {
        byte[] error = stun.value(AttributeType.ERROR_CODE);
        int code = error == null || error.length < 4 ? 0 : error[2] * 100 + error[3];
        if (code == MISMATCH) {
            // An allocation of an earlier run had the same address; some servers keep it in mind for a second or
            // longer.
            load.executor().schedule(this::tryAnotherAddress, 1_200, TimeUnit.MILLISECONDS);
            return;
        }
        byte[] givenNonce = stun.value(AttributeType.NONCE);
        byte[] givenRealm = stun.value(AttributeType.REALM);
        if (nonce.length > 0 || givenNonce == null || givenRealm == null) {
            load.failed("the server refused a request: " + code);
            return;
        }
        nonce = givenNonce;
        realm = givenRealm;
        String name = new String(realm, StandardCharsets.UTF_8);
        key = LongTermKey.of(PasswordAlgorithm.MD5, TurnContender.USER, name, TurnContender.PASSWORD);
        request(StunMethod.ALLOCATE);
    }

    /** Binds the channel. */
    void bind() {
        request(StunMethod.CHANNEL_BIND);
    }

    private void receivedByPeer(ByteBuf payload) {
        atPeer = load.arrived(payload, payload.readerIndex(), atPeer);
    }

    /** Sends so many packets of {@code size} bytes from the client to the peer. */
    void sendToPeer(int count, int size) {
        int padding = -size & 3;
        for (int i = 0; i < count; i++) {
            ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size + 8);
            out.writeShort(CHANNEL).writeShort(size);
            fill(out, size, ++sentToPeer);
            link.send(out.writeZero(padding));
        }
        link.flush();
    }

    /** Sends a packet of {@code size} bytes from the peer to itself, without the server. */
    void sendPastServer(int size) {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
        fill(out, size, ++sentToPeer);
        peer.send(out, self.high(), self.low(), self.port());
    }

    /** Sends so many packets of {@code size} bytes from the peer to the client. */
    void sendToClient(int count, int size) {
        TransportAddress to = relayed;
        if (to == null) {
            return;
        }
        for (int i = 0; i < count; i++) {
            ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
            fill(out, size, ++sentToClient);
            peer.send(out, to.high(), to.low(), to.port());
        }
    }

    private static void fill(ByteBuf out, int size, long number) {
        out.writeLong(number).writeLong(System.nanoTime()).writeZero(size - 16);
    }
}
