package org.trestle.turn.policy;

import java.net.InetAddress;
import org.trestle.turn.relay.PeerPolicy;
import org.trestle.turn.stun.TransportAddress;

/**
 * Where a relay of the cluster has its relayed ports.
 *
 * @param first the lowest port of its range
 * @param last the highest one
 */
public record RelayedPorts(InetAddress address, int first, int last) {

    /** Whether an address is this one. */
    boolean isAt(long high, long low) {
        TransportAddress here = TransportAddress.of(address, 0);
        return here.high() == high && here.low() == low;
    }

    /** Whether a port is in the range; {@link PeerPolicy#ANY_PORT} is. */
    boolean has(int port) {
        return port == PeerPolicy.ANY_PORT || (port >= first && port <= last);
    }
}
