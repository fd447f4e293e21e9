package org.trestle.cluster.state;

import java.util.LinkedHashSet;
import java.util.Set;

/** Claims whose outcome was unknown when their caller was told that they failed: they are given back if they show up. */
final class GivenUp {
    /** So many are remembered; the oldest are forgotten first, and end when the node is up anew. */
    static final int LIMIT = 10_000;

    private final Object guard = new Object();
    private final Set<String> sessions = new LinkedHashSet<>();

    void add(String session) {
        synchronized (guard) {
            if (sessions.size() >= LIMIT) {
                sessions.remove(sessions.iterator().next());
            }
            sessions.add(session);
        }
    }

    /** True once for a session that was added. */
    boolean take(String session) {
        synchronized (guard) {
            return sessions.remove(session);
        }
    }
}
