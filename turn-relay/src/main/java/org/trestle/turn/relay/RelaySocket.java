package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A bound UDP socket of the relay range, for one family. What arrives goes to {@link Relay#fromPeer}. */
public abstract class RelaySocket {
    private final int port;

    /** The relay's mark: whose socket this is; null while it is only reserved (EVEN-PORT). */
    @Nullable
    Allocation allocation;

    protected RelaySocket(int port) {
        this.port = port;
    }

    public final int port() {
        return port;
    }

    public final @Nullable Allocation allocation() {
        return allocation;
    }

    /**
     * Sends {@code payload} and releases it, now or when the loop turns. The {@code peer} object is the same for all
     * packets of a permission or channel, so that runs to one peer can be found by identity.
     *
     * @param dontFragment set the DF bit for this datagram; see {@link RelaySockets#canSetDontFragment()}
     */
    public abstract void send(ByteBuf payload, InetSocketAddress peer, boolean dontFragment);

    /** Closes the socket; the port may be bound again at once. */
    public abstract void close();
}
