package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The way to one client: a five-tuple of a UDP listener, or one connection. It lives on the loop of its {@link Relay}.
 *
 * <p>For UDP a leg is made for each datagram of an unknown five-tuple and forgotten after it, unless {@link #kept()}
 * was called meanwhile: so a client that has not authenticated leaves nothing behind.
 */
public abstract class ClientLeg {
    private final FiveTuple fiveTuple;

    /** The relay's own mark on the leg, so that a packet of a known client needs no second look-up. */
    @Nullable
    Allocation allocation;

    protected ClientLeg(FiveTuple fiveTuple) {
        this.fiveTuple = fiveTuple;
    }

    public final FiveTuple fiveTuple() {
        return fiveTuple;
    }

    public final Transport transport() {
        return fiveTuple.transport();
    }

    /** The allocation of this five-tuple, if it has one. */
    public final @Nullable Allocation allocation() {
        return allocation;
    }

    /**
     * Sends one whole message (the frame, padded when the transport is a stream) and releases it, now or when the loop
     * turns. What cannot be sent is dropped and counted by the leg.
     */
    public abstract void send(ByteBuf message);

    /** Ends the connection; does nothing for UDP. */
    public abstract void close();

    /** From now on this leg has an allocation: later packets of its five-tuple must come with this very object. */
    public abstract void kept();

    /** The leg has no allocation any more and may be forgotten. */
    public abstract void released();

    /**
     * RFC 6062: from now on the connection carries the bytes of {@code peer} and no messages; both directions, until
     * either ends. Only for stream transports.
     */
    public abstract void splice(PeerConnection peer);
}
