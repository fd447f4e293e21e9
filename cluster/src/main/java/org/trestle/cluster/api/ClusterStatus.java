package org.trestle.cluster.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of the cluster, with the age of that knowledge; true also on a node that has lost the cluster.
 *
 * @param clustered false for a stand-alone node, which is a cluster of one
 * @param term the Raft term
 * @param leader null while none is known
 * @param sinceLeaderChange how long ago this node saw the leader change, null when it never saw one
 * @param commitIndex the last log index known as committed
 * @param peers every member exactly once, this node among them, ordered by address
 * @param notice what the operator must know and do about this node's membership (it was removed, it is in the middle of
 *     joining), or null
 */
public record ClusterStatus(
        NodeId self,
        boolean clustered,
        Role role,
        long term,
        @Nullable NodeId leader,
        @Nullable Duration sinceLeaderChange,
        @Nullable Instant lastLeaderChange,
        long commitIndex,
        List<Peer> peers,
        @Nullable String notice) {

    /**
     * A member.
     *
     * @param client where its clients connect, as the old product prints peers
     * @param voting false while it is joining
     * @param up whether this node heard it within the lease
     * @param lastHeard how long ago this node heard it; zero for itself, null when never
     */
    public record Peer(
            NodeId id,
            String name,
            NodeAddress cluster,
            NodeAddress client,
            boolean voting,
            boolean up,
            @Nullable Duration lastHeard) {}

    public ClusterStatus {
        peers = List.copyOf(peers);
    }

    /** A status with nothing to say about membership. */
    public ClusterStatus(
            NodeId self,
            boolean clustered,
            Role role,
            long term,
            @Nullable NodeId leader,
            @Nullable Duration sinceLeaderChange,
            @Nullable Instant lastLeaderChange,
            long commitIndex,
            List<Peer> peers) {
        this(self, clustered, role, term, leader, sinceLeaderChange, lastLeaderChange, commitIndex, peers, null);
    }

    public long votersUp() {
        return peers.stream().filter(peer -> peer.voting() && peer.up()).count();
    }

    public long voters() {
        return peers.stream().filter(Peer::voting).count();
    }

    /** How many more voters may fail before no quorum is left; negative when it is lost already. */
    public long mayLose() {
        return votersUp() - (voters() / 2 + 1);
    }
}
