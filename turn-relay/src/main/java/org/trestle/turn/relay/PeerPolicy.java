package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;

/** Which peers may be reached through the relay. Asked per permission, channel and Send indication. Thread-safe. */
public interface PeerPolicy {

    /** Stands for "any port": what a permission asks for. */
    int ANY_PORT = -1;

    /**
     * Why the peer must not be reached, in words for the log; null when it may be. The address is as in {@link
     * org.trestle.turn.stun.TransportAddress}. With {@link #ANY_PORT} the answer is null if any port of the address may
     * be reached; a permission so given does not open the ports that are denied.
     *
     * @param tcp whether it is to be reached by TCP (RFC 6062), else by UDP
     */
    @Nullable
    String refuses(long high, long low, int port, boolean tcp);

    /** Whether {@link #refuses} looks at the port of this address, so that each packet must be asked for. */
    boolean dependsOnPort(long high, long low);

    /** While this stays the same, a port that was open stays open: what depends on ports need not be asked for again. */
    long changes();
}
