package org.trestle.xmpp.session;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
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

    private final Set<Jid> heard = new HashSet<>();
    private final long end;

    /** {@code now} as {@link SessionContext#nanos} says. */
    Successor(long now) {
        end = now + UNDER_WAY.toNanos();
    }

    /**
     * Whether a stanza of this sender is overtaken.
     *
     * @param after whether it was sent after this session, from where the former one was
     */
    boolean isOvertaken(@Nullable Jid from, boolean after) {
        if (from == null) {
            return false;
        }
        if (after) {
            return heard.contains(from);
        }
        if (heard.size() < MOST) {
            heard.add(from);
        }
        return false;
    }

    boolean isOver(long now) {
        return now - end >= 0;
    }
}
