package org.trestle.node;

import java.util.concurrent.CompletionStage;

/** The XMPP server as the node starts and stops it. */
interface XmppPart {

    /** Ends all streams and frees the ports. */
    CompletionStage<Void> close();

    /** Opens servers. */
    @FunctionalInterface
    interface Opener {
        CompletionStage<XmppPart> open(Listening listening);
    }
}
