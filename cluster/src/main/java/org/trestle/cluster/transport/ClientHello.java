package org.trestle.cluster.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Reads the name that a TLS client asks for before anything is answered: guests ask for a name of their own, and get a
 * handshake without the cluster's trust; everybody else must be a node.
 */
final class ClientHello extends AbstractSniHandler<SSLEngine> {
    /** No honest hello comes near it. */
    private static final int LONGEST = 16 << 10;

    private final LinkContext context;
    private final Accepted accepted;
    private final AcceptedLink link;
    private final GuestDesk guests;
    private boolean refused;

    ClientHello(LinkContext context, Accepted accepted, AcceptedLink link, GuestDesk guests) {
        super(LONGEST, context.limits.handshakeTime().toMillis());
        this.context = context;
        this.accepted = accepted;
        this.link = link;
        this.guests = guests;
    }

    @Override
    protected Future<SSLEngine> lookup(ChannelHandlerContext ctx, @Nullable String name) {
        GuestKind kind = GuestKind.named(name);
        SSLEngine engine = kind == null ? link.tls().server() : guests.engine(kind, link.tls());
        return engine == null
                ? ctx.executor().newFailedFuture(new GuestsClosedException())
                : ctx.executor().newSucceededFuture(engine);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String name, Future<SSLEngine> found) {
        if (!found.isSuccess()) {
            if (refused) {
                return; // the closing channel offers the same hello again
            }
            refused = true;
            context.meters.rejected(TransportMeters.Reason.GUESTS_CLOSED);
            ctx.close();
            return;
        }
        SslHandler ssl = new SslHandler(found.getNow());
        ssl.setHandshakeTimeoutMillis(context.limits.handshakeTime().toMillis());
        ssl.setCloseNotifyFlushTimeoutMillis(0);
        ChannelPipeline pipeline = ctx.pipeline();
        GuestKind kind = GuestKind.named(name);
        if (kind == null) {
            pipeline.addBefore(pipeline.context(link).name(), "frames", link.decoder());
        } else {
            GuestLink guest = new GuestLink(context, guests, kind);
            pipeline.replace(link, "guest", guest);
            pipeline.addBefore("guest", "frames", guest.decoder());
            accepted.left(null, ctx.channel());
        }
        pipeline.replace(this, "tls", ssl);
    }

    /** Why a guest's handshake is not even begun. */
    private static final class GuestsClosedException extends Exception {
        private static final long serialVersionUID = 1L;

        GuestsClosedException() {
            super("no invitation is open", null, false, false);
        }
    }
}
