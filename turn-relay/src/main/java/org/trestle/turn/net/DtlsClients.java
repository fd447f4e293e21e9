package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.Transport;
import org.trestle.turn.stun.TransportAddress;

/**
 * DTLS (RFC 7350) on one loop's share of a UDP port. A client is nothing here until it has returned a cookie: the first
 * message is answered by an engine that is thrown away, and whether a returned cookie is right is found out the same
 * way.
 */
final class DtlsClients implements UdpSocket.Receiver {

    private final RelayLoop loop;
    private final UdpClients port;
    private final LegMap<DtlsLeg> legs;
    private final HelloLimit limit;
    private final DtlsEngine.Room room = new DtlsEngine.Room();
    private int handshakes;

    DtlsClients(RelayLoop loop, UdpClients port, long secret) {
        this.loop = loop;
        this.port = port;
        this.legs = new LegMap<>(secret);
        this.limit = new HelloLimit(loop.limits().dtlsHellosPerSecond(), secret, System.nanoTime());
    }

    @Override
    public void received(ByteBuf view, long high, long low, int clientPort) {
        TurnTls tls = loop.tls();
        if (tls == null) {
            return;
        }
        DtlsLeg leg = legs.get(high, low, clientPort);
        if (leg != null) {
            leg.received(view);
            return;
        }
        byte[] datagram = new byte[view.readableBytes()];
        view.getBytes(view.readerIndex(), datagram);
        DtlsHello hello = DtlsHello.read(datagram);
        if (hello != null) {
            TransportAddress client = new TransportAddress(high, low, clientPort);
            if (!limit.allows(client, System.nanoTime())) {
                loop.counters().add(NetCounters.Count.DTLS_HELLO_RATE, 1);
                return;
            }
            try {
                begin(tls.dtls(client), hello, client);
            } catch (SSLException | IllegalStateException e) {
                loop.counters().add(NetCounters.Count.HANDSHAKE_FAILED, 1);
            }
        }
    }

    private void begin(SSLContext context, DtlsHello hello, TransportAddress client) throws SSLException {
        DtlsEngine engine = new DtlsEngine(context, room);
        List<byte[]> cookie = engine.take(ByteBuffer.wrap(hello.withoutCookie()), ByteBuffer.allocate(0));
        if (hello.cookieLength() == 0) {
            loop.counters().add(NetCounters.Count.DTLS_COOKIES, 1);
            answer(cookie, hello, client);
            return;
        }
        if (handshakes >= loop.limits().maxDtlsHandshakes()) {
            loop.counters().add(NetCounters.Count.DTLS_REFUSED, 1);
            return;
        }
        engine.handshakes();
        List<byte[]> flight = engine.take(ByteBuffer.wrap(hello.record()), ByteBuffer.allocate(0));
        if (flight.isEmpty() || !DtlsHello.isServerHello(flight.get(0))) {
            loop.counters().add(NetCounters.Count.DTLS_COOKIES, 1);
            answer(flight, hello, client);
            return;
        }
        NetCounters.Count refused = loop.countedDtls(client);
        if (refused != null) {
            loop.counters().add(refused, 1);
            return;
        }
        DtlsLeg leg = new DtlsLeg(new FiveTuple(client, port.server(), Transport.DTLS), this, engine, loop.datagrams());
        legs.put(client.high(), client.low(), client.port(), leg);
        handshakes++;
        loop.handshakeBegins(leg);
        leg.sendAll(flight);
    }

    /** Answers somebody who may be anybody: never with more bytes than came. */
    private void answer(List<byte[]> records, DtlsHello hello, TransportAddress client) {
        int allowed = hello.record().length;
        for (byte[] record : records) {
            allowed -= record.length;
            if (allowed < 0) {
                return;
            }
            send(record, client);
        }
    }

    void send(byte[] record, TransportAddress client) {
        if (record.length > 0) {
            port.socket().send(Unpooled.wrappedBuffer(record), client.high(), client.low(), client.port());
        }
    }

    RelayLoop loop() {
        return loop;
    }

    void established(DtlsLeg leg) {
        handshakes--;
        loop.established(leg);
    }

    /** The leg is over. */
    void forget(DtlsLeg leg, boolean wasEstablished) {
        TransportAddress client = leg.fiveTuple().client();
        @Nullable DtlsLeg known = legs.get(client.high(), client.low(), client.port());
        if (known == leg) {
            legs.remove(client.high(), client.low(), client.port());
            if (!wasEstablished) {
                handshakes--;
            }
            loop.ended(leg);
        }
    }
}
