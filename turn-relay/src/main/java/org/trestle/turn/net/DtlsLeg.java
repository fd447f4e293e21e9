package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.ClientLeg;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.PeerConnection;

/** A client over DTLS that has proved where it is. */
final class DtlsLeg extends ClientLeg implements Passing.Passable {

    /** How often the last flight is sent again while nothing comes: about once a second. */
    private static final int REPEATS = 6;

    private final DtlsClients clients;
    private final DtlsEngine engine;
    private final DatagramLoop loop;
    private Passing.@Nullable Passed elsewhere;
    private boolean kept;
    private boolean over;
    private int repeats;

    DtlsLeg(FiveTuple fiveTuple, DtlsClients clients, DtlsEngine engine, DatagramLoop loop) {
        super(fiveTuple);
        this.clients = clients;
        this.engine = engine;
        this.loop = loop;
    }

    boolean isKept() {
        return kept;
    }

    boolean isEstablished() {
        return engine.isEstablished();
    }

    /** A datagram of the client. */
    void received(ByteBuf view) {
        int from = view.readerIndex();
        int length = view.readableBytes();
        // The slot behind the datagrams of this batch is not known here: plain text goes to memory of its own.
        ByteBuffer plain = ByteBuffer.allocate(length + 64);
        boolean before = engine.isEstablished();
        try {
            sendAll(engine.take(view.nioBuffer(from, length), plain));
        } catch (SSLException | IllegalStateException e) {
            clients.loop().counters().add(NetCounters.Count.HANDSHAKE_FAILED, before ? 0 : 1);
            end(!before);
            return;
        }
        if (!before && engine.isEstablished()) {
            clients.established(this);
        }
        if (plain.position() > 0) {
            deliver(plain);
        }
        if (engine.isClosed()) {
            end(true);
        }
    }

    private void deliver(ByteBuffer plain) {
        plain.flip();
        ByteBuf message = RelayLoop.buffer(plain.remaining()).writeBytes(plain);
        if (elsewhere != null) {
            elsewhere.take(message);
        } else {
            clients.loop().relay().fromClient(this, message);
        }
    }

    void sendAll(List<byte[]> records) {
        for (byte[] record : records) {
            clients.send(record, fiveTuple().client());
        }
    }

    /** About once a second while the handshake is not over. */
    void waits() {
        if (++repeats > REPEATS) {
            return;
        }
        try {
            sendAll(engine.repeat());
        } catch (SSLException | IllegalStateException e) {
            end(true);
        }
    }

    @Override
    public void send(ByteBuf message) {
        try {
            if (engine.isEstablished() && !over) {
                clients.send(engine.wrap(message.nioBuffer()), fiveTuple().client());
            }
        } catch (SSLException e) {
            loop.counters().add(NetCounters.Count.DATAGRAMS_NOT_SENT, 1);
        } finally {
            message.release();
        }
    }

    @Override
    public void close() {
        end(true);
    }

    private void end(boolean say) {
        if (over) {
            return;
        }
        over = true;
        if (say) {
            try {
                clients.send(engine.close(), fiveTuple().client());
            } catch (SSLException e) {
                // There is nothing left that could be said.
                loop.counters().add(NetCounters.Count.DATAGRAMS_NOT_SENT, 1);
            }
        }
        clients.forget(this, engine.isEstablished());
        if (elsewhere != null) {
            elsewhere.gone();
        } else {
            clients.loop().relay().gone(this);
        }
    }

    @Override
    public void kept() {
        kept = true;
    }

    @Override
    public void released() {
        kept = false;
        if (!over) {
            clients.loop().established(this);
        }
    }

    @Override
    public void splice(PeerConnection peer) {
        peer.close();
    }

    @Override
    public Executor home() {
        return loop.executor();
    }

    @Override
    public void follow(Passing.@Nullable Passed leg) {
        elsewhere = leg;
    }
}
