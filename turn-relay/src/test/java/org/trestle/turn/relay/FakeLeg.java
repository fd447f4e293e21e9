package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A client's way in whose answers stay in a queue. */
final class FakeLeg extends ClientLeg {
    final Queue<byte[]> received = new ArrayDeque<>();
    boolean isKept;
    boolean closed;

    @Nullable
    PeerConnection spliced;

    FakeLeg(FiveTuple fiveTuple) {
        super(fiveTuple);
    }

    @Override
    public void send(ByteBuf message) {
        received.add(Bytes.take(message));
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void kept() {
        isKept = true;
    }

    @Override
    public void released() {
        isKept = false;
    }

    @Override
    public void splice(PeerConnection peer) {
        spliced = peer;
    }
}
