package org.trestle.xmpp.stream;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletionStage;

/** The stream of a client (RFC 6120). */
public non-sealed interface ClientStream extends XmppStream {

    /** Asks the client how many stanzas it has taken (XEP-0198 4). */
    void request();

    /**
     * Moves the connection to another event loop, on which everything of this stream happens from then on. Only while the
     * stream waits for an answer from above, and reads nothing.
     *
     * @return completes on the new loop; also when the connection was lost meanwhile, which is told there
     */
    CompletionStage<Void> moveTo(EventLoop loop);
}
