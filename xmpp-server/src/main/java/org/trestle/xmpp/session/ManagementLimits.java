package org.trestle.xmpp.session;

import java.time.Duration;

/**
 * What stream management (XEP-0198) may cost for one session.
 *
 * @param resumption how long a session whose connection was lost can be resumed, at most; a client may ask for less
 * @param stanzas sent and not acknowledged: at so many the client counts as slow; a session without a connection ends
 * @param bytes of them, likewise
 * @param remembered ended sessions of this node of which the count of stanzas is still known when a client comes too late
 */
public record ManagementLimits(Duration resumption, int stanzas, int bytes, int remembered) {

    /** What a node uses when nothing is configured. */
    public static final ManagementLimits DEFAULT =
            new ManagementLimits(Duration.ofMinutes(5), 5_000, 4 * 1024 * 1024, 10_000);

    public ManagementLimits {
        if (stanzas < 1 || bytes < 1 || remembered < 1 || resumption.isNegative()) {
            throw new IllegalArgumentException("limits of stream management must be at least 1");
        }
    }
}
