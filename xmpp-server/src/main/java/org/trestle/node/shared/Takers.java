package org.trestle.node.shared;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.net.RelayServer;

/** Those who take connections of a shared port. Called on the connection's loop; must not block. */
public interface Takers {

    /**
     * Puts what serves a client of XMPP at the end of the pipeline, or closes the connection when a limit is reached.
     *
     * @param peer the address that counts as the client's
     * @return false when XMPP does not run
     */
    boolean xmpp(Channel channel, InetSocketAddress peer);

    /**
     * The same for the relay, which takes the connection to a loop of its own.
     *
     * @return completes when it is there; null when the relay does not run
     */
    @Nullable
    CompletionStage<Void> turn(Channel channel, RelayServer.Adopted whose);
}
