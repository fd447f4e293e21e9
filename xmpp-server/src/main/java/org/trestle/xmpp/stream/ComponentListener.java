package org.trestle.xmpp.stream;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The port of components (5223, XEP-0114): TLS from the first byte, or plain XMPP from loopback and the networks of
 * {@link ComponentSettings#plainFrom()}.
 */
public final class ComponentListener {
    private static final StreamError TLS_REQUIRED = StreamError.of(
            StreamError.Condition.POLICY_VIOLATION,
            "components from this address must use TLS; connect with TLS,"
                    + " or ask the operator to allow this network without it");

    private ComponentListener() {}

    /**
     * Listens for components.
     *
     * @param group the event loops, see {@link Transports#group}
     * @param address where to listen; port 0 chooses one
     * @param tls asked anew for each connection, so that a new certificate needs no restart
     * @return fails with the {@link java.io.IOException} of the socket
     */
    public static CompletionStage<StreamServer> open(
            EventLoopGroup group,
            InetSocketAddress address,
            ComponentSettings settings,
            Supplier<SslContext> tls,
            ComponentHost host) {
        return StreamServer.listen(group, address, settings.limits(), tls, connections(settings, host));
    }

    static StreamServer.Connections connections(ComponentSettings settings, ComponentHost host) {
        return (connection, ticket, tls, counters) -> pipeline(connection, ticket, tls, counters, settings, host);
    }

    private static void pipeline(
            StreamServer.Connection connection,
            Admission.Ticket ticket,
            TlsStart tls,
            StreamCounters counters,
            ComponentSettings settings,
            ComponentHost host) {
        InetSocketAddress peer = connection.peer();
        StreamHandler handler = new StreamHandler(
                settings.limits(), counters, ticket, stream -> new ComponentConnection(stream, host, settings, peer));
        connection
                .channel()
                .pipeline()
                .addLast(new FirstByte(() -> tls.handler(null), plain -> {
                    if (!settings.allowsPlainFrom(peer)) {
                        handler.close(TLS_REQUIRED);
                    }
                }))
                .addLast(handler);
    }
}
