package org.trestle.cluster.log;

import java.time.Duration;

/**
 * Timing and limits of the log. The defaults suit a LAN; wider networks raise election and heartbeat together.
 *
 * @param election a follower that hears nothing for one to two of these calls an election
 * @param heartbeat the leader's interval
 * @param request how long one message may stay unanswered
 * @param submit how long a command may take before its caller is told that the cluster is unavailable
 * @param pending how many bytes of commands may wait on one node; beyond that, submitting fails at once
 */
public record LogTuning(Duration election, Duration heartbeat, Duration request, Duration submit, long pending) {

    public static final LogTuning LAN = new LogTuning(
            Duration.ofMillis(300), Duration.ofMillis(25), Duration.ofMillis(500), Duration.ofSeconds(5), 64L << 20);

    public LogTuning {
        if (heartbeat.multipliedBy(3).compareTo(election) > 0) {
            throw new IllegalArgumentException("the election time-out must be at least three heartbeats");
        }
    }
}
