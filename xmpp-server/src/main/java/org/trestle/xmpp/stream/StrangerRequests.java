package org.trestle.xmpp.stream;

import java.net.InetAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.StreamError.Condition;

/** What a client may ask before it has authenticated, one request at a time. On the stream's loop. */
final class StrangerRequests {
    private final StreamHandler stream;
    private final StreamHost host;
    private final InetAddress peer;
    private boolean busy;

    StrangerRequests(StreamHandler stream, StreamHost host, InetAddress peer) {
        this.stream = stream;
        this.host = host;
        this.peer = peer;
    }

    /** {@code stanza}: null when it was answered already. */
    void read(@Nullable Stanza stanza, String domain) {
        if (stanza == null) {
            return;
        }
        CompletionStage<Stanza> answer = busy || !(stanza instanceof Iq request) || !request.isRequest()
                ? null
                : host.stranger(domain, request, peer);
        if (answer == null) {
            stream.close(StreamError.of(Condition.NOT_AUTHORIZED, "authenticate first"));
            return;
        }
        busy = true;
        answer.whenComplete((reply, failed) -> stream.loop().execute(() -> {
            busy = false;
            Stanza said = failed == null
                    ? reply
                    : StanzaError.of(StanzaError.Condition.INTERNAL_SERVER_ERROR)
                            .error(stanza);
            if (said != null && stream.isOpen()) {
                stream.send(said);
            }
        }));
    }
}
