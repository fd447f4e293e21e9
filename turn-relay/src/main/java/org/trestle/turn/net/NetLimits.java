package org.trestle.turn.net;

/**
 * What a hostile or broken client may use at most. Each limit has a counter in {@link NetCounters}.
 *
 * @param maxConnections of clients over TCP, TLS and DTLS, all loops together (20,000)
 * @param maxConnectionsPerAddress of them from one address or, in IPv6, /64 network (200); a PROXY header's address
 *     counts, not the proxy's
 * @param handshakeSeconds until TLS or DTLS is established (10)
 * @param unauthenticatedSeconds that a connection may be without an allocation (30)
 * @param unauthenticatedFrameBytes of one message before there is an allocation (4,096)
 * @param writeBufferBytes that wait for one slow client; then messages to it are dropped (262,144)
 * @param maxDtlsHandshakes under way on one loop (256)
 * @param dtlsHellosPerSecond first messages of DTLS that one loop looks at, a quarter of them from one network (2,000)
 */
public record NetLimits(
        int maxConnections,
        int maxConnectionsPerAddress,
        int handshakeSeconds,
        int unauthenticatedSeconds,
        int unauthenticatedFrameBytes,
        int writeBufferBytes,
        int maxDtlsHandshakes,
        int dtlsHellosPerSecond) {

    public static final NetLimits DEFAULTS = new NetLimits(20_000, 200, 10, 30, 4_096, 262_144, 256, 2_000);

    /** The same with other numbers of connections: {@code connections} of all, {@code perAddress} from one address. */
    public NetLimits withConnections(int connections, int perAddress) {
        return new NetLimits(
                connections,
                perAddress,
                handshakeSeconds,
                unauthenticatedSeconds,
                unauthenticatedFrameBytes,
                writeBufferBytes,
                maxDtlsHandshakes,
                dtlsHellosPerSecond);
    }

    public NetLimits {
        positive("connections", maxConnections);
        positive("connections per address", maxConnectionsPerAddress);
        positive("seconds for a handshake", handshakeSeconds);
        positive("seconds without an allocation", unauthenticatedSeconds);
        positive("bytes of a message without an allocation", unauthenticatedFrameBytes);
        positive("DTLS handshakes", maxDtlsHandshakes);
        positive("first messages of DTLS a second", dtlsHellosPerSecond);
        if (writeBufferBytes < 65_560) {
            throw new IllegalArgumentException("the bytes that wait for a slow client are " + writeBufferBytes
                    + ", but one message can have 65,555: choose at least 65,560");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("the number of " + name + " must be at least 1, not " + value);
        }
    }
}
