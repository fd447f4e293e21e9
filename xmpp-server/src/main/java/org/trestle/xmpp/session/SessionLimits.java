package org.trestle.xmpp.session;

import java.time.Duration;

/**
 * What one endpoint may use. Every limit that bites is counted.
 *
 * @param maxSessions sessions of one account in the whole cluster; the next bind is refused (setting {@code max_sessions})
 * @param maxDirected addresses that one session may have sent directed presence to; the next is bounced
 * @param excess bytes of stanzas written to a stream that does not take more, on their way when its sources were stopped; the
 *     next stanza is bounced. Less than what the stream itself bears (maxWaiting of its limits), which would end it
 * @param presences addresses whose presence one receiver is known to have; more are delivered without being remembered
 * @param hold how long who writes to slow receivers is not read at a stretch; then it goes on, and what it sends to them
 *     waits up to {@code excess} or is bounced
 * @param slowReader how long a peer may leave its stream unread before it is closed
 * @param idle how long a peer may be silent before it is asked whether it lives (XEP-0199); a white space, from either side,
 *     is a sign of life (RFC 6120 4.6.1), and after half of this time it is sent one
 * @param answer how long it may take to answer that
 * @param management of sessions that have their stanzas acknowledged
 */
public record SessionLimits(
        int maxSessions,
        int maxDirected,
        int excess,
        int presences,
        Duration hold,
        Duration slowReader,
        Duration idle,
        Duration answer,
        ManagementLimits management) {

    /** What a node uses when nothing is configured. */
    public static final SessionLimits DEFAULT = new SessionLimits(
            50,
            1_000,
            7 * 1024 * 1024,
            20_000,
            Duration.ofMillis(250),
            Duration.ofSeconds(60),
            Duration.ofSeconds(120),
            Duration.ofSeconds(30));

    /** With the usual limits of stream management. */
    public SessionLimits(
            int maxSessions,
            int maxDirected,
            int excess,
            int presences,
            Duration hold,
            Duration slowReader,
            Duration idle,
            Duration answer) {
        this(maxSessions, maxDirected, excess, presences, hold, slowReader, idle, answer, ManagementLimits.DEFAULT);
    }

    public SessionLimits {
        if (maxSessions < 1 || maxDirected < 1 || excess < 1 || presences < 1) {
            throw new IllegalArgumentException("limits of sessions must be at least 1");
        }
    }
}
