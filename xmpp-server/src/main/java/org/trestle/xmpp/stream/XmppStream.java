package org.trestle.xmpp.stream;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Stanza;

/**
 * A connection with an XML stream on it. All methods but {@link #id}, {@link #loop}, {@link #peer} and {@link #secured} are
 * called on its event loop only; others hop with {@code loop().execute(…)}.
 */
public sealed interface XmppStream permits ClientStream, ComponentStream {

    /** The stream id that we gave (RFC 6120 4.7.3), unpredictable; good for logs. */
    String id();

    EventLoop loop();

    /** The address of the peer as we see it. */
    InetSocketAddress peer();

    /** Whether TLS protects it. */
    boolean secured();

    /**
     * Sends a stanza; flushed with all others of this turn of the loop. Before the answer to the bind or handshake is out it
     * waits until then.
     *
     * @return false when the stream is over: the stanza was not sent
     */
    boolean send(Stanza stanza);

    /** Whether the peer keeps up. When false, stop what feeds it until {@link StreamListener#writable()}. */
    boolean writable();

    /** Stops or goes on reading what the peer sends, so that a receiver that is slow slows its senders. */
    void reading(boolean on);

    /** Whether anything came from the peer since this was asked last, and be it a white space (RFC 6120 4.6.1). */
    boolean heard();

    /** Sends a white space, so that a connection that is gone is noticed, and whoever is in between keeps it open. */
    void keepAlive();

    /**
     * Ends the stream: sends the error when there is one, then the end of the stream, waits a bounded time for the end of
     * the peer's, and closes the connection. {@link StreamListener#closed()} follows.
     */
    void close(@Nullable StreamError error);
}
