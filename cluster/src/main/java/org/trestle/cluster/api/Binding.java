package org.trestle.cluster.api;

/**
 * One resource's entry in the session directory.
 *
 * @param account the bare Jid, normalised
 * @param resource the resource part
 * @param node the node that has the stream
 * @param session the session's identity: unique in the cluster, chosen by the node that binds
 * @param attributes what the owner publishes with it (availability, priority); opaque here, shared, never to be changed
 * @param index the log index of the bind: a later bind has a greater one
 */
public record Binding(String account, String resource, NodeId node, String session, byte[] attributes, long index) {}
