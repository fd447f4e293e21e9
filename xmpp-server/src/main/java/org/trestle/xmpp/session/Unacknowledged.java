package org.trestle.xmpp.session;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.trestle.xmpp.stanza.Stanza;

/**
 * What was sent to a client and not acknowledged (XEP-0198 4), oldest first. Values only, and changed in one place, so that
 * another node can keep the same. Counts are unsigned numbers of 32 bits that begin again at zero.
 */
final class Unacknowledged {

    /**
     * A stanza that the client may have, or not.
     *
     * @param copy whether others got it too
     * @param at when it was sent first
     */
    record Sent(Stanza stanza, boolean copy, Instant at) {}

    private final Queue<Sent> queue = new ArrayDeque<>(4);
    private long bytes;
    private int acknowledged;

    void add(Sent sent) {
        queue.add(sent);
        bytes += Backlog.size(sent.stanza());
    }

    /** The client has so many; false when that is more than it was sent, and nothing is changed. */
    boolean acknowledge(int count) {
        // As a difference, because the counts may have begun again between the two.
        int fresh = count - acknowledged;
        if (fresh < 0 || fresh > queue.size()) {
            return false;
        }
        acknowledged = count;
        for (int i = 0; i < fresh; i++) {
            bytes -= Backlog.size(queue.remove().stanza());
        }
        return true;
    }

    /** How many were sent so far. */
    int sent() {
        return acknowledged + queue.size();
    }

    int size() {
        return queue.size();
    }

    long bytes() {
        return bytes;
    }

    List<Sent> all() {
        return List.copyOf(queue);
    }

    /** Takes out all. */
    List<Sent> drain() {
        List<Sent> all = all();
        acknowledged = sent();
        queue.clear();
        bytes = 0;
        return all;
    }
}
