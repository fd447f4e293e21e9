package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;

/** The listening TCP socket of an RFC 6062 allocation. What it accepts goes to {@link Relay#fromPeer(RelayListener, PeerConnection)}. */
public abstract class RelayListener {
    private final int port;

    @Nullable
    Allocation allocation;

    protected RelayListener(int port) {
        this.port = port;
    }

    public final int port() {
        return port;
    }

    public final @Nullable Allocation allocation() {
        return allocation;
    }

    public abstract void close();
}
