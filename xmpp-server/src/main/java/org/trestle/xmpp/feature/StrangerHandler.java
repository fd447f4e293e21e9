package org.trestle.xmpp.feature;

import java.net.InetAddress;
import java.util.concurrent.CompletionStage;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;

/** Answers a client that has not authenticated, on the stream's event loop: must not block, and may answer later. */
@FunctionalInterface
public interface StrangerHandler {

    /**
     * Makes the answer.
     *
     * @param domain a local one, which the client has asked for
     * @param peer the client's address, for limits
     */
    CompletionStage<Stanza> ask(String domain, Iq request, InetAddress peer);
}
