package org.trestle.auth.sasl;

import org.jspecify.annotations.Nullable;

/** The SASL mechanisms of this server (RFC 6120 section 6.3). Any thread. */
public interface SaslMechanisms {

    /**
     * What to offer.
     *
     * @param domain the domain of the stream, normalised
     */
    SaslOffer offer(String domain, SaslChannel channel);

    /**
     * Begins an exchange.
     *
     * @param mechanism the name that the client chose
     * @param offer what this client was offered on this stream
     * @return null when the mechanism is not offered: answer {@code invalid-mechanism}
     */
    @Nullable
    SaslExchange start(String mechanism, SaslOffer offer);
}
