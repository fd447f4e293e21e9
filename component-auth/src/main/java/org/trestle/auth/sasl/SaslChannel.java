package org.trestle.auth.sasl;

import org.jspecify.annotations.Nullable;

/**
 * What an exchange may know of the channel it runs on.
 *
 * @param secured whether TLS protects the channel
 * @param plainAllowed whether PLAIN is allowed without TLS (loopback, when so configured)
 * @param serverEndPoint the hash of the server's certificate as RFC 5929 section 4.1 has it ({@code tls-server-end-point}),
 *     or null when there is none; shared, never to be changed
 */
public record SaslChannel(boolean secured, boolean plainAllowed, byte @Nullable [] serverEndPoint) {}
