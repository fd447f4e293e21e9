package org.trestle.node.turn;

import org.trestle.cluster.api.NodeId;
import org.trestle.node.config.TurnConfig.PortRange;
import org.trestle.turn.relay.Transport;

/**
 * A node's relay, as clients reach it.
 *
 * @param host address or name
 * @param port for UDP and TCP
 * @param tlsPort for TLS; 0 when there is none
 * @param sharedPort a port that the node shares with XMPP, for TCP and TLS; 0 when there is none
 * @param taking false while it takes no new allocations
 * @param relayPorts the range of its relayed ports
 * @param certificateName a name that the certificate of its TLS and DTLS is for; empty when there is none, or the node does
 *     not tell
 * @param load allocations in percent of what it may have; told when it has changed much, so it can be half a minute old
 */
public record RelayAddress(
        NodeId node,
        String host,
        int port,
        int tlsPort,
        int sharedPort,
        boolean taking,
        PortRange relayPorts,
        String certificateName,
        int load) {
    /** Of a relay whose node does not tell them. */
    static final PortRange USUAL_PORTS = new PortRange(24000, 29999);

    /** Without the name of a certificate. */
    public RelayAddress(
            NodeId node,
            String host,
            int port,
            int tlsPort,
            int sharedPort,
            boolean taking,
            PortRange relayPorts,
            int load) {
        this(node, host, port, tlsPort, sharedPort, taking, relayPorts, "", load);
    }

    /** With the usual range of relayed ports. */
    public RelayAddress(NodeId node, String host, int port, int tlsPort, int sharedPort, boolean taking, int load) {
        this(node, host, port, tlsPort, sharedPort, taking, USUAL_PORTS, "", load);
    }

    /** Without a shared port, and with the usual range. */
    public RelayAddress(NodeId node, String host, int port, int tlsPort, boolean taking, int load) {
        this(node, host, port, tlsPort, 0, taking, USUAL_PORTS, "", load);
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
