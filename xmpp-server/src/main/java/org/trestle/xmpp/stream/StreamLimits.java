package org.trestle.xmpp.stream;

import java.time.Duration;
import org.trestle.xmpp.xml.XmlLimits;

/**
 * What one connection may take, in time, bytes and numbers.
 *
 * @param beforeAuthentication of the XML until we know the peer
 * @param afterAuthentication of the XML from then on
 * @param maxConnections most connections of this listener at once; more are closed without a word
 * @param maxUnauthenticatedPerPeer most connections of one IPv4 address, or one IPv6 network of 64 bits, that have not
 *     authenticated yet; for one more the oldest is closed without a word
 * @param tlsHandshake longest TLS handshake
 * @param authentication longest time from the connection to the end of the binding or handshake; then
 *     {@code connection-timeout}
 * @param closing longest wait for the peer's end of the stream
 * @param writeLowWater bytes waiting below which a slow peer counts as keeping up again
 * @param writeHighWater bytes waiting above which a peer counts as slow
 * @param maxWaiting bytes waiting above which a peer that does not read is given up
 */
public record StreamLimits(
        XmlLimits beforeAuthentication,
        XmlLimits afterAuthentication,
        int maxConnections,
        int maxUnauthenticatedPerPeer,
        Duration tlsHandshake,
        Duration authentication,
        Duration closing,
        int writeLowWater,
        int writeHighWater,
        int maxWaiting) {

    /** What is right when nobody says otherwise. */
    public static final StreamLimits DEFAULT = new StreamLimits(
            XmlLimits.BEFORE_AUTHENTICATION,
            XmlLimits.AFTER_AUTHENTICATION,
            100_000,
            100,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            64 * 1024,
            256 * 1024,
            8 * 1024 * 1024);

    public StreamLimits {
        if (maxConnections < 1 || maxUnauthenticatedPerPeer < 1) {
            throw new IllegalArgumentException("connection limits must be at least 1");
        }
        if (writeLowWater < 1 || writeHighWater < writeLowWater || maxWaiting < writeHighWater) {
            throw new IllegalArgumentException("write marks must rise: low " + writeLowWater + ", high "
                    + writeHighWater + ", most " + maxWaiting);
        }
    }
}
