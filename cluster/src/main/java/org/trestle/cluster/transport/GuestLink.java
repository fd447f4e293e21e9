package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.time.Timers;

/** A guest's connection: one short question, one answer, closed. */
final class GuestLink extends ChannelInboundHandlerAdapter implements FrameSink {
    private static final Logger LOG = LoggerFactory.getLogger(GuestLink.class);

    private final LinkContext context;
    private final GuestDesk desk;
    private final GuestKind kind;
    private final PeerTls tls;
    private final @Nullable X509Certificate shown;
    private final FrameDecoder decoder;
    private @Nullable ChannelHandlerContext channel;
    private @Nullable Guest guest;
    private Timers.@Nullable Timer deadline;
    private boolean entered;
    private boolean asked;

    GuestLink(LinkContext context, GuestDesk desk, GuestKind kind) {
        this.context = context;
        this.desk = desk;
        this.kind = kind;
        this.tls = context.tls();
        this.shown = desk.shown(kind, tls);
        this.decoder = new FrameDecoder(context.limits.guestBytes(), this);
    }

    FrameDecoder decoder() {
        return decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx;
        entered = desk.enter();
        if (!entered) {
            context.meters.rejected(TransportMeters.Reason.TOO_MANY);
            ctx.close();
            return;
        }
        deadline = context.timers.after(
                context.limits.guestTime(), () -> ctx.executor().execute(ctx::close));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (entered) {
            entered = false;
            desk.leave();
        }
        if (deadline != null) {
            deadline.cancel();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws CertificateException {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            X509Certificate own = shown;
            if (!handshake.isSuccess() || own == null) {
                context.meters.rejected(TransportMeters.Reason.HANDSHAKE);
                ctx.close();
                return;
            }
            X509Certificate certificate = null;
            if (kind == GuestKind.TRUSTED) {
                certificate = PeerTls.certificate(
                        ctx.pipeline().get(SslHandler.class).engine().getSession());
                desk.check(certificate);
            }
            guest = new Guest((InetSocketAddress) ctx.channel().remoteAddress(), certificate, PeerTls.binding(own));
        }
    }

    @Override
    public void heard() {
        // A guest is nobody whose life is watched.
    }

    @Override
    public void frame(FrameKind frameKind, String subject, long id, ByteBuf body) {
        Guest known = guest;
        BiFunction<Guest, byte[], CompletionStage<byte[]>> handler = desk.handler(subject);
        if (known == null || asked || frameKind != FrameKind.REQUEST || handler == null) {
            malformed("a frame of kind " + frameKind);
            return;
        }
        asked = true;
        call(handler, known, ByteBufUtil.getBytes(body)).whenComplete((answer, failure) -> {
            ChannelHandlerContext open = channel;
            if (open != null) {
                open.executor().execute(() -> answer(open, id, answer, failure));
            }
        });
    }

    private static CompletionStage<byte[]> call(
            BiFunction<Guest, byte[], CompletionStage<byte[]>> handler, Guest guest, byte[] body) {
        try {
            return handler.apply(guest, body);
        } catch (RuntimeException failed) {
            LOG.error("{} a guest's question failed", guest, failed);
            return CompletableFuture.failedFuture(new IllegalStateException("it failed there"));
        }
    }

    private void answer(ChannelHandlerContext open, long id, byte @Nullable [] answer, @Nullable Throwable failure) {
        context.meters.guest(answer == null ? "refused" : "answered");
        byte[] body = answer == null ? FailureText.stated(failure).getBytes(StandardCharsets.UTF_8) : answer;
        ByteBuf out = Unpooled.buffer(Frames.overhead("") + body.length);
        Frames.head(out, answer == null ? FrameKind.FAILURE : FrameKind.RESPONSE, "", id, body.length);
        out.writeBytes(body);
        open.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void malformed(String why) {
        context.meters.rejected(TransportMeters.Reason.MALFORMED);
        ChannelHandlerContext open = channel;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("guest={} connection failed: {}", ctx.channel().remoteAddress(), cause.toString());
        ctx.close();
    }
}
