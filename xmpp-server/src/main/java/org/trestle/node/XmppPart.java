package org.trestle.node;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.server.XmppServer;

/** The XMPP server as the node starts and stops it. */
interface XmppPart {

    /** Ends all streams and frees the ports. */
    CompletionStage<Void> close();

    /** Sends clients to another host, or takes them again when it is null. */
    void sendElsewhere(@Nullable String host);

    /** Serves a client whose connection another port has accepted: {@link XmppServer#adopt}. */
    void adopt(Channel channel, InetSocketAddress peer);

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

            @Override
            public void adopt(Channel channel, InetSocketAddress peer) {
                server.adopt(channel, peer);
            }
        };
    }

    /** Opens servers. */
    @FunctionalInterface
    interface Opener {
        CompletionStage<XmppPart> open(Listening listening);
    }
}
