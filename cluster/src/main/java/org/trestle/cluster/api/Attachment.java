package org.trestle.cluster.api;

/**
 * One connection of a component. The newest one of a domain is active, the others stand by.
 *
 * @param domain the component's domain
 * @param node the node that has the stream
 * @param connection the connection's identity, unique in the cluster
 * @param index the log index of the attach: the greatest of a domain is the active one
 */
public record Attachment(String domain, NodeId node, String connection, long index) {}
