package org.trestle.node.turn;

import org.trestle.cluster.api.NodeId;
import org.trestle.turn.relay.Transport;

/**
 * A node's relay, as clients reach it.
 *
 * @param host address or name
 * @param port for UDP and TCP
 * @param tlsPort for TLS; 0 when there is none
 * @param sharedPort a port that the node shares with XMPP, for TCP and TLS; 0 when there is none
 * @param taking false while it takes no new allocations
 * @param load allocations in percent of what it may have; told when it has changed much, so it can be half a minute old
 */
public record RelayAddress(NodeId node, String host, int port, int tlsPort, int sharedPort, boolean taking, int load) {

    /** Without a shared port. */
    public RelayAddress(NodeId node, String host, int port, int tlsPort, boolean taking, int load) {
        this(node, host, port, tlsPort, 0, taking, load);
    }

    /**
     * Where a client finds this relay; 0 when it does not.
     *
     * @param shared whether the client comes by a shared port, which may be the only way out that it has
     */
    int portFor(Transport transport, boolean shared) {
        boolean there = shared && sharedPort != 0;
        return switch (transport) {
            case UDP -> port;
            case TCP -> there ? sharedPort : port;
            case TLS -> there ? sharedPort : tlsPort;
            case DTLS -> tlsPort;
        };
    }
}
