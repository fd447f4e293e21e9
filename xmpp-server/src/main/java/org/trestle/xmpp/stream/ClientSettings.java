package org.trestle.xmpp.stream;

/**
 * How clients are served.
 *
 * @param tlsRequired whether a client must have TLS before it authenticates; false only for loopback and tests
 * @param saslAttempts failed authentications of one connection until it is closed (RFC 6120 6.4.5)
 */
public record ClientSettings(boolean tlsRequired, int saslAttempts, StreamLimits limits) {
    public static final ClientSettings DEFAULT = new ClientSettings(true, 3, StreamLimits.DEFAULT);

    public ClientSettings {
        if (saslAttempts < 1) {
            throw new IllegalArgumentException(
                    "a client needs at least 1 attempt to authenticate, not " + saslAttempts);
        }
    }
}
