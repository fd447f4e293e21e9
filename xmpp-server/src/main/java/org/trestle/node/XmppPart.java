package org.trestle.node;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.server.XmppServer;

/** The XMPP server as the node starts and stops it. */
interface XmppPart {

    /** Ends all streams and frees the ports. */
    CompletionStage<Void> close();

    /** Sends clients to another host, or takes them again when it is null. */
    void sendElsewhere(@Nullable String host);

    /** This server. */
    static XmppPart of(XmppServer server) {
        return new XmppPart() {
            @Override
            public CompletionStage<Void> close() {
                return server.close();
            }

            @Override
            public void sendElsewhere(@Nullable String host) {
                server.sendElsewhere(host);
            }
        };
    }

    /** Opens servers. */
    @FunctionalInterface
    interface Opener {
        CompletionStage<XmppPart> open(Listening listening);
    }
}
