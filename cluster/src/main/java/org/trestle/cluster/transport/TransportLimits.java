package org.trestle.cluster.transport;

import java.time.Duration;

/**
 * What the transport does at most. Nothing in it grows beyond these.
 *
 * @param frameBytes the longest frame, in both directions; a longer one closes its link
 * @param pendingRequests requests to one peer without an answer; more are refused as unreachable
 * @param queueBytes bytes waiting in one link; more are refused
 * @param connectionsPerPeer connections that one peer may have here; a new one closes the oldest
 * @param handshakes connections that have not shown yet who they are; more are closed
 * @param handshakeTime from connecting until the peer is known
 * @param redialFirst the pause after the first failed dial; it doubles
 * @param redialMost the longest pause between dials
 * @param silence a link on which a request timed out and nothing was read for this long is given up
 * @param guestBytes the longest frame of a guest
 * @param guests guests connected at a time
 * @param guestsPerMinute guests accepted in a minute
 * @param guestTime how long a guest may stay
 */
public record TransportLimits(
        int frameBytes,
        int pendingRequests,
        int queueBytes,
        int connectionsPerPeer,
        int handshakes,
        Duration handshakeTime,
        Duration redialFirst,
        Duration redialMost,
        Duration silence,
        int guestBytes,
        int guests,
        int guestsPerMinute,
        Duration guestTime) {

    /** For a cluster of up to a dozen nodes with up to a hundred event loops each. */
    public static TransportLimits defaults() {
        return new TransportLimits(
                16 << 20,
                4096,
                32 << 20,
                256,
                256,
                Duration.ofSeconds(3),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                64 << 10,
                16,
                120,
                Duration.ofSeconds(30));
    }

    public TransportLimits {
        if (frameBytes < Frames.LONGEST_HELLO || queueBytes < frameBytes || guestBytes < Frames.LONGEST_HELLO) {
            throw new IllegalArgumentException("a queue holds at least one frame, and a frame at least a greeting");
        }
    }
}
