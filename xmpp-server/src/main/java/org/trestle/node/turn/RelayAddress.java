package org.trestle.node.turn;

import org.trestle.cluster.api.NodeId;

/**
 * A node's relay, as clients reach it.
 *
 * @param host address or name
 * @param port for UDP and TCP
 * @param tlsPort for TLS; 0 when there is none
 * @param taking false while it takes no new allocations
 * @param load allocations in percent of what it may have; told when it has changed much, so it can be half a minute old
 */
public record RelayAddress(NodeId node, String host, int port, int tlsPort, boolean taking, int load) {}
