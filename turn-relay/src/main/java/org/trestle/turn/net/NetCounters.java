package org.trestle.turn.net;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counters of the sockets of one loop: written by the loop alone, read by anyone. */
@SuppressWarnings("EnumOrdinal") // an index that never leaves this process
public final class NetCounters {

    /** What is counted. */
    public enum Count {
        /** Connections of clients that are open now. */
        CONNECTIONS_NOW,
        CONNECTIONS_ACCEPTED,
        /** Refused because there are {@link NetLimits#maxConnections()} already. */
        REFUSED_TOTAL,
        /** Refused because their address has {@link NetLimits#maxConnectionsPerAddress()} already. */
        REFUSED_PER_ADDRESS,
        /** Closed because TLS, DTLS or a PROXY header was not finished in {@link NetLimits#handshakeSeconds()}. */
        HANDSHAKE_TOO_SLOW,
        /** Closed because TLS or DTLS failed. */
        HANDSHAKE_FAILED,
        /** Closed after {@link NetLimits#unauthenticatedSeconds()} without an allocation. */
        UNAUTHENTICATED_TOO_LONG,
        /** Closed because what came is no TURN, or a frame too large for a client that has no allocation. */
        NOT_TURN,
        /** Messages dropped because a client reads too slowly: {@link NetLimits#writeBufferBytes()}. */
        DROPPED_SLOW_CLIENT,
        /** Datagrams that the kernel did not take: its buffer is full, or there is no way to the address. */
        DATAGRAMS_NOT_SENT,
        /** ICMP errors about datagrams to peers that were looked at. */
        ICMP_ERRORS,
        /** Times that a relayed address had {@link PeerErrors#MOST} of them in a second and was deaf to more for one. */
        ICMP_PAUSED,
        /** First datagrams of DTLS that were answered with a cookie; nothing is kept for them. */
        DTLS_COOKIES,
        /** First messages of DTLS that were not looked at: {@link NetLimits#dtlsHellosPerSecond()}. */
        DTLS_HELLO_RATE,
        /** DTLS handshakes refused because {@link NetLimits#maxDtlsHandshakes()} are under way. */
        DTLS_REFUSED,
        /** Connections whose PROXY header came from an address that may not send one, or is not one. */
        PROXY_REFUSED
    }

    private final AtomicLongArray values = new AtomicLongArray(Count.values().length);

    public long get(Count count) {
        return values.getOpaque(count.ordinal());
    }

    void add(Count count, long amount) {
        values.setOpaque(count.ordinal(), values.getPlain(count.ordinal()) + amount);
    }
}
