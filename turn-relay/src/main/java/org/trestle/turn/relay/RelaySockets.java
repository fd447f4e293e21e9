package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.TransportAddress;

/**
 * The sockets towards peers, on the loop of the relay that asks. The relay chooses ports ({@link PortPool}); this port
 * only binds them. All calls come from the loop; {@code bind} and {@code listen} must answer at once, without waiting.
 */
public interface RelaySockets {

    /** Whether relayed addresses of {@code family} can be had here at all. */
    boolean supports(AddressFamily family);

    /** Whether {@link RelaySocket#send} honours its DF flag; if not, DONT-FRAGMENT is an unknown attribute (420). */
    boolean canSetDontFragment();

    /** A UDP socket bound to {@code port} on the relay's address of {@code family}, or null if the port is taken. */
    @Nullable
    RelaySocket bind(AddressFamily family, int port);

    /** A TCP socket that listens on {@code port} with SO_REUSEADDR, or null if the port is taken (RFC 6062). */
    @Nullable
    RelayListener listen(AddressFamily family, int port);

    /**
     * Connects from the address of {@code from} to {@code peer} (RFC 6062 section 5.2) and calls {@code outcome} once on
     * the loop, later; after {@link RelaySettings#connectTimeoutNanos()} at the latest, with null for any failure.
     */
    void connect(RelayListener from, TransportAddress peer, Connected outcome);

    /** Told once how a connect ended. */
    interface Connected {
        void connected(@Nullable PeerConnection connection);
    }
}
