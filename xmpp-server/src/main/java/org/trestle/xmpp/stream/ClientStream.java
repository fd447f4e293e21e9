package org.trestle.xmpp.stream;

import io.netty.channel.EventLoop;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The stream of a client (RFC 6120). */
public non-sealed interface ClientStream extends XmppStream {

    /** When what the client has authenticated with expires (RFC 6120 13.7.2.3); null when it does not. */
    default @Nullable Instant validUntil() {
        return null;
    }

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
