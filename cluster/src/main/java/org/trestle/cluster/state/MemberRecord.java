package org.trestle.cluster.state;

import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/**
 * What the cluster remembers of a member. No two records have the same id or the same cluster address.
 *
 * @param name what operators call the node; not empty
 * @param cluster where the other members reach it
 * @param client where its clients connect
 */
public record MemberRecord(NodeId id, String name, NodeAddress cluster, NodeAddress client) {
    public MemberRecord {
        Limits.text("the node's name", name, Limits.NAME_BYTES);
    }
}
