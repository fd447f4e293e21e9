package org.trestle.node;

import io.netty.handler.ssl.SslContext;
import java.util.concurrent.CompletionStage;
import org.trestle.node.config.NodeConfig;

/** The XMPP server as the node starts and stops it. */
interface XmppPart {

    /** Ends all streams and frees the ports. */
    CompletionStage<Void> close();

    /**
     * What a server is opened with.
     *
     * @param tls chooses among the node's certificates by itself
     */
    record Plan(Listening listening, NodeConfig config, SslContext tls) {}

    /** Opens servers. */
    @FunctionalInterface
    interface Opener {
        CompletionStage<XmppPart> open(Plan plan);
    }
}
