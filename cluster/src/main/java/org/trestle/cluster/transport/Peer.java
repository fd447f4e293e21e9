package org.trestle.cluster.transport;

import java.util.concurrent.atomic.AtomicLong;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/**
 * A line of the address book.
 *
 * @param heard when the last byte came from there, in nanoseconds of the timers; 0 when never
 */
record Peer(NodeId node, NodeAddress address, AtomicLong heard) {

    /** The same node at another address. */
    Peer at(NodeAddress other) {
        return new Peer(node, other, heard);
    }

    @Override
    public String toString() {
        return "node " + node + " at " + address;
    }
}
