package org.trestle.auth.sasl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SASL mechanisms of this server (RFC 6120 section 6.3). Any thread. */
public interface SaslMechanisms {

    /** The names to offer on this channel, strongest first; never empty on a secured channel. */
    List<String> offered(SaslChannel channel);

    /**
     * Begins an exchange.
     *
     * @param mechanism the name that the client chose
     * @param domain the domain of the stream, normalised; accounts are looked up in it
     * @return null when the mechanism is not offered on this channel: answer {@code invalid-mechanism}
     */
    @Nullable
    SaslExchange start(String mechanism, String domain, SaslChannel channel);
}
