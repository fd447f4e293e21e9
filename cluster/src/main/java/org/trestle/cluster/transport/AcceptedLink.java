package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.Timers;

/**
 * A connection that another node opened: who is it, is it in the book, what is the link for; then its requests or its
 * one-way messages, and nothing else.
 */
final class AcceptedLink extends ChannelInboundHandlerAdapter implements FrameSink {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptedLink.class);

    private final LinkContext context;
    private final Accepted accepted;
    private final PeerTls tls;
    private final FrameDecoder decoder = new FrameDecoder(Frames.LONGEST_HELLO, this);
    private @Nullable ChannelHandlerContext channel;
    private @Nullable Peer peer;
    private @Nullable Outbox outbox;
    private @Nullable LinkRole role;
    private Timers.@Nullable Timer deadline;
    private int answering;

    AcceptedLink(LinkContext context, Accepted accepted) {
        this.context = context;
        this.accepted = accepted;
        this.tls = context.tls();
    }

    PeerTls tls() {
        return tls;
    }

    FrameDecoder decoder() {
        return decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx;
        deadline = context.timers.after(
                context.limits.handshakeTime(), () -> ctx.executor().execute(this::late));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        cancelDeadline();
    }

    private void late() {
        if (role == null) {
            reject(TransportMeters.Reason.HANDSHAKE);
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    private void reject(TransportMeters.Reason reason) {
        context.meters.rejected(reason);
        ChannelHandlerContext open = channel;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                handshaken(ctx);
            } else {
                LOG.debug("peer={} handshake failed: {}", ctx.channel().remoteAddress(), handshake.cause());
                reject(TransportMeters.Reason.HANDSHAKE);
            }
        }
    }

    private void handshaken(ChannelHandlerContext ctx) {
        NodeId node;
        try {
            node = tls.peer(ctx.pipeline().get(SslHandler.class).engine().getSession(), false);
        } catch (CertificateException stranger) {
            reject(TransportMeters.Reason.STRANGER);
            return;
        }
        Peer known = context.peer(node);
        if (known == null) {
            LOG.debug(
                    "node={} address={} is not a member; closed",
                    node,
                    ctx.channel().remoteAddress());
            reject(TransportMeters.Reason.NOT_A_MEMBER);
            return;
        }
        peer = known;
        outbox = new Outbox(ctx.channel(), context.limits.queueBytes(), context.meters);
        accepted.known(node, ctx.channel());
        if (context.peer(node) == null) {
            ctx.close(); // it was removed in between
        }
    }

    @Override
    public void heard() {
        Peer known = peer;
        if (known != null) {
            known.heard().set(context.timers.nanos());
        }
    }

    @Override
    public void frame(FrameKind kind, String subject, long id, ByteBuf body) {
        Peer known = peer;
        Outbox out = outbox;
        if (known == null || out == null) {
            malformed("a frame before the handshake");
        } else if (role == null && kind == FrameKind.HELLO && body.readableBytes() >= 2) {
            greeted(body.readUnsignedByte(), body.readUnsignedByte(), out);
        } else if (role == LinkRole.TELLS && kind == FrameKind.TELL) {
            told(known.node(), subject, body);
        } else if (role == LinkRole.REQUESTS && kind == FrameKind.REQUEST) {
            asked(known.node(), subject, id, ByteBufUtil.getBytes(body), out);
        } else {
            malformed("a frame of kind " + kind + " that this link is not for");
        }
    }

    private void greeted(int version, int code, Outbox out) {
        role = LinkRole.of(code);
        ByteBuf greeting = Unpooled.buffer(1);
        greeting.writeByte(Frames.VERSION);
        out.add(FrameKind.HELLO, "", 0, greeting);
        if (role == null || version != Frames.VERSION) {
            malformed("an unknown protocol " + version + "/" + code);
            return;
        }
        cancelDeadline();
        decoder.limit(context.limits.frameBytes());
    }

    private void told(NodeId from, String subject, ByteBuf body) {
        BiConsumer<NodeId, ByteBuf> handler = context.tellHandlers.get(subject);
        if (handler != null) {
            context.meters.told();
            try {
                handler.accept(from, body);
            } catch (RuntimeException failed) {
                LOG.error("node={} a message of \"{}\" failed", from, subject, failed);
            }
        }
    }

    private void asked(NodeId from, String subject, long id, byte[] body, Outbox out) {
        BiFunction<NodeId, byte[], CompletionStage<byte[]>> handler = context.handlers.get(subject);
        if (handler == null) {
            answer(id, out, null, new IllegalStateException("this node does not answer \"" + subject + "\""));
        } else if (answering >= context.limits.pendingRequests()) {
            answer(id, out, null, new IllegalStateException("too many requests wait here for their answer"));
        } else {
            answering++;
            call(handler, from, body).whenComplete((result, failure) -> {
                ChannelHandlerContext open = channel;
                if (open == null) {
                    return;
                }
                if (open.executor().inEventLoop()) {
                    answered(id, out, result, failure);
                } else {
                    open.executor().execute(() -> answered(id, out, result, failure));
                }
            });
        }
    }

    private static CompletionStage<byte[]> call(
            BiFunction<NodeId, byte[], CompletionStage<byte[]>> handler, NodeId from, byte[] body) {
        try {
            return handler.apply(from, body);
        } catch (RuntimeException failed) {
            LOG.error("node={} a request failed", from, failed);
            return CompletableFuture.failedFuture(failed);
        }
    }

    private void answered(long id, Outbox out, byte @Nullable [] result, @Nullable Throwable failure) {
        answering--;
        answer(id, out, result, failure);
    }

    private void answer(long id, Outbox out, byte @Nullable [] result, @Nullable Throwable failure) {
        boolean sent;
        if (result == null) {
            sent = out.add(FrameKind.FAILURE, "", id, failure(failure));
        } else if (Frames.FIXED + result.length > context.limits.frameBytes()) {
            sent = out.add(FrameKind.FAILURE, "", id, failure(new IllegalStateException("the answer is too long")));
        } else {
            sent = out.add(FrameKind.RESPONSE, "", id, result);
        }
        if (!sent) {
            reject(TransportMeters.Reason.QUEUE_FULL); // it does not read; or it is gone, and then nothing happens
        }
    }

    private static byte[] failure(@Nullable Throwable failure) {
        return FailureText.stated(failure).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void malformed(String what) {
        LOG.debug("peer={} sent {}", peer, what);
        reject(TransportMeters.Reason.MALFORMED);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        accepted.left(peer == null ? null : peer.node(), ctx.channel());
        if (outbox != null) {
            outbox.close();
        }
        ctx.fireChannelInactive();
    }

    /** The last resort of this connection: whatever went wrong on it ends it, and nothing else. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean network = cause instanceof IOException || cause.getCause() instanceof IOException;
        if (!network && peer != null) {
            LOG.error("peer={} connection failed", peer, cause);
        } else {
            LOG.debug("peer={} connection failed: {}", ctx.channel().remoteAddress(), cause.toString());
        }
        ctx.close();
    }
}
