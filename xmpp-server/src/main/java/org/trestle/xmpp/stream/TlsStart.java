package org.trestle.xmpp.stream;

import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** Begins TLS on a connection. */
interface TlsStart {

    /**
     * The handler of one handshake.
     *
     * @param domain whose certificate to show when the client asks for none by name (SNI); null when there is none either
     */
    SslHandler handler(@Nullable String domain);
}
