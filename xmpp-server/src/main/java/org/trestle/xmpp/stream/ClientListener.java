package org.trestle.xmpp.stream;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The port of clients (5222): plain XMPP that starts TLS (RFC 6120 5), or TLS from the first byte (XEP-0368), whichever the
 * client begins with.
 */
public final class ClientListener {
    private ClientListener() {}

    /**
     * Listens for clients.
     *
     * @param group the event loops, see {@link Transports#group}
     * @param address where to listen; port 0 chooses one
     * @param tls asked anew for each connection, so that a new certificate needs no restart
     * @return fails with the {@link java.io.IOException} of the socket
     */
    public static CompletionStage<StreamServer> open(
            EventLoopGroup group,
            InetSocketAddress address,
            ClientSettings settings,
            Supplier<SslContext> tls,
            StreamHost host) {
        return StreamServer.listen(group, address, settings.limits(), tls, connections(settings, host));
    }

    /** For clients that have come to another port: see {@link StreamServer#adopt}. */
    public static StreamServer withoutPort(ClientSettings settings, Supplier<SslContext> tls, StreamHost host) {
        return StreamServer.withoutPort(settings.limits(), tls, connections(settings, host));
    }

    static StreamServer.Connections connections(ClientSettings settings, StreamHost host) {
        return (connection, ticket, tls, counters) -> pipeline(connection, ticket, tls, counters, settings, host);
    }

    private static void pipeline(
            StreamServer.Connection connection,
            Admission.Ticket ticket,
            TlsStart tls,
            StreamCounters counters,
            ClientSettings settings,
            StreamHost host) {
        InetSocketAddress peer = connection.peer();
        ChannelPipeline pipeline = connection.channel().pipeline();
        if (!connection.begun()) {
            pipeline.addLast(new FirstByte(() -> tls.handler(null), plain -> {}));
        }
        pipeline.addLast(new StreamHandler(
                settings.limits(),
                counters,
                ticket,
                stream -> new ClientConnection(stream, host, settings, tls, peer)));
    }
}
