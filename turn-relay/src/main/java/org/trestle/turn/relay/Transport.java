package org.trestle.turn.relay;

/** How a client reaches the relay. */
public enum Transport {
    UDP,
    TCP,
    TLS,
    DTLS;

    /** Whether the client's address has proved itself before the first request: nothing can be amplified. */
    public boolean isConnected() {
        return this != UDP;
    }

    /** Whether messages are frames of a stream, so that ChannelData is padded (RFC 8656 section 12.5). */
    public boolean isStream() {
        return this == TCP || this == TLS;
    }
}
