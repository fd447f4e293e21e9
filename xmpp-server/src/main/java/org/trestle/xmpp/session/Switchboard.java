package org.trestle.xmpp.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Stanza;

/** Takes the stanzas of endpoints, with both addresses set, and brings them where they belong. Implemented by route. */
public interface Switchboard {

    /**
     * Routes a stanza.
     *
     * @param stanza has {@code to} and {@code from}; that the sender may use this {@code from} is checked already
     * @param source who is asked to stop sending when the receiver is slow; null for stanzas made by this server
     */
    void route(Stanza stanza, @Nullable Source source);

    /**
     * A session that has ended may not have got this: it goes to whom it would go if the session had ended before.
     *
     * @param copy whether others got it too
     * @param at when it was sent to the session
     * @param session the identity of the session
     */
    default void undelivered(Stanza stanza, boolean copy, Instant at, String session) {
        route(stanza, null);
    }
}
