package org.trestle.xmpp.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/**
 * What the XMPP server of this node does at this moment.
 *
 * @param accepting whether it takes logins
 * @param clients where it listens for clients
 * @param components where it listens for components
 * @param sessions bound resources of this node
 * @param clusterSessions bound resources of the whole cluster
 * @param componentConnections authenticated connections of components of this node
 * @param connections all connections of this node, those that have not authenticated included
 * @param domains the local domains
 */
public record XmppStatus(
        boolean accepting,
        List<InetSocketAddress> clients,
        List<InetSocketAddress> components,
        int sessions,
        int clusterSessions,
        int componentConnections,
        int connections,
        Set<String> domains) {

    public XmppStatus {
        clients = List.copyOf(clients);
        components = List.copyOf(components);
        domains = Set.copyOf(domains);
    }
}
