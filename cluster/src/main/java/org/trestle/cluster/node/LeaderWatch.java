package org.trestle.cluster.node;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.time.Timers;

/** When this node last saw the leader change. */
final class LeaderWatch {
    private final Timers timers;
    private volatile Seen seen = new Seen(null, 0, 0, null);

    private record Seen(
            @Nullable NodeId leader,
            long term,
            long nanos,
            @Nullable Instant at) {}

    LeaderWatch(Timers timers) {
        this.timers = timers;
    }

    void see(LogStatus status) {
        Seen before = seen;
        NodeId leader = status.leader();
        if (leader != null && (!leader.equals(before.leader()) || status.term() > before.term())) {
            seen = new Seen(leader, status.term(), timers.nanos(), timers.now());
        }
    }

    @Nullable
    Duration since() {
        Seen last = seen;
        return last.leader() == null ? null : Duration.ofNanos(Math.max(0, timers.nanos() - last.nanos()));
    }

    @Nullable
    Instant at() {
        return seen.at();
    }
}
