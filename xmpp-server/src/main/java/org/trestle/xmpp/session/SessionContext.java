package org.trestle.xmpp.session;

import org.trestle.cluster.time.Timers;

/** What every endpoint of a node shares. */
public record SessionContext(
        Switchboard switchboard,
        PresenceRules rules,
        Nonzas nonzas,
        SessionLimits limits,
        Timers timers,
        SessionMeters meters) {

    /** Monotonic time, for intervals. */
    public long nanos() {
        return timers.nanos();
    }
}
