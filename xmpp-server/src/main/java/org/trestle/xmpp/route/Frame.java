package org.trestle.xmpp.route;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Stanza;

/** What nodes say to each other on the bus. */
sealed interface Frame {

    /**
     * A stanza on its way.
     *
     * @param hops how many nodes have sent it after its receiver
     * @param endpoint the session or connection it is for, null with {@link Aim#ADDRESS}
     * @param session that of the sender, of presence only; empty when it has none
     */
    record Carried(Aim aim, int hops, @Nullable String endpoint, String session, Stanza stanza) implements Frame {}

    /** Stop ({@code on} false) or go on reading from {@code source}, for the sake of {@code holder}. */
    record Flow(boolean on, Jid source, String holder) implements Frame {}

    /** {@code to}, at a component of which the receiver has a connection, was told that {@code from} is available, or not. */
    record Seen(boolean available, Sender from, Jid to) implements Frame {}
}
