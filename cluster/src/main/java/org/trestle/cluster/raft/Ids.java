package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import org.trestle.cluster.api.NodeId;

/** The same identity in its three spellings: ours, Atomix's, and the eight bytes in a log entry. */
final class Ids {
    private Ids() {}

    static MemberId member(NodeId node) {
        return MemberId.from(node.value());
    }

    static NodeId node(MemberId member) {
        return new NodeId(member.id());
    }

    static long number(NodeId node) {
        return Long.parseUnsignedLong(node.value(), 16);
    }

    static NodeId node(long number) {
        return new NodeId(String.format("%016x", number));
    }
}
