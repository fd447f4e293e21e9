package org.trestle.xmpp.session;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;

/**
 * Keeps the order of stanzas for a session that took its Jid over from another node. What was under way to the former
 * session is sent after this one, and may come behind what the same sender has sent here since: such a stanza is overtaken,
 * and must not be delivered (RFC 6120 10.1). Only for a while, and for a bounded number of senders. On the session's loop.
 */
final class Successor {
    /** Senders that are remembered; of more nobody can tell. */
    static final int MOST = 1_000;

    /** How long a stanza can be under way to the former session. */
    static final Duration UNDER_WAY = Duration.ofSeconds(10);

    /** The shortest way that a stanza of each sender has come. */
    private final Map<Jid, Integer> heard = new HashMap<>();

    private final long end;

    /** {@code now} as {@link SessionContext#nanos} says. */
    Successor(long now) {
        end = now + UNDER_WAY.toNanos();
    }

    /**
     * Whether a stanza of this sender is overtaken: the more often it was sent after its receiver, the older it is.
     *
     * @param hops as the router counts them: up to one when it was sent straight to this session
     */
    boolean isOvertaken(@Nullable Jid from, int hops) {
        if (from == null) {
            return false;
        }
        int path = Math.max(1, hops);
        Integer shortest = heard.get(from);
        if (shortest != null && path > shortest) {
            return true;
        }
        if (shortest == null ? heard.size() < MOST : path < shortest) {
            heard.put(from, path);
        }
        return false;
    }

    boolean isOver(long now) {
        return now - end >= 0;
    }
}
