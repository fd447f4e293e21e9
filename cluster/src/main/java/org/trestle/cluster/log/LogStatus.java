package org.trestle.cluster.log;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;

/**
 * What the engine knows at this moment.
 *
 * @param quorumHeard {@link org.trestle.cluster.time.Timers#nanos} of the last moment at which this node is known to have
 *     been in touch with a quorum (as leader: acknowledged by one; as follower: heard a leader that had one)
 */
public record LogStatus(
        boolean leading,
        long term,
        @Nullable NodeId leader,
        long commitIndex,
        long appliedIndex,
        long quorumHeard,
        List<Member> members) {

    /** A member of the log's own configuration. */
    public record Member(NodeId id, boolean voting) {}

    public LogStatus {
        members = List.copyOf(members);
    }
}
