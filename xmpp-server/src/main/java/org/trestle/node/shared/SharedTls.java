package org.trestle.node.shared;

import io.netty.handler.ssl.SslContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.net.TurnTls;
import org.trestle.xmpp.stream.ServerTls;

/**
 * Chooses by the ClientHello how TLS is spoken, and thereby with whose certificate. Each is asked anew for each connection,
 * so that a new certificate counts from the next one on.
 *
 * @param xmpp as on the port of clients
 * @param turn as on the relay's
 * @param names whose certificate is right for a name
 */
public record SharedTls(Supplier<SslContext> xmpp, Supplier<SslContext> turn, Names names) {

    /** Tells the certificates apart. */
    @FunctionalInterface
    public interface Names {
        /**
         * Whether the relay's certificate is for this host and none of XMPP's is.
         *
         * @param serverName what the client asks for; null when it does not say
         * @param address that it has come to
         */
        boolean onlyTheRelays(@Nullable String serverName, String address);
    }

    /** Null when the client offers protocols and none of ours (RFC 7301 3.2). */
    @Nullable
    SslContext choose(ClientHello hello, String address) {
        for (String protocol : hello.protocols()) {
            switch (protocol) {
                case ServerTls.ALPN_CLIENT:
                    return xmpp.get();
                case TurnTls.ALPN_TURN, TurnTls.ALPN_STUN:
                    return turn.get();
                default:
                // the client's next choice; HTTP's names belong here when somebody serves it
            }
        }
        if (!hello.protocols().isEmpty()) {
            return null;
        }
        return names.onlyTheRelays(hello.serverName(), address) ? turn.get() : xmpp.get();
    }
}
