package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.transport.PeerException.Kind;

/** A guest's one question, from its own side. */
final class GuestCall extends ChannelInboundHandlerAdapter implements FrameSink {
    private static final String CLOSED = "it ended the connection: it lets no guests in now. Print an invitation on a"
            + " member with \"xmpp cluster invite\" (or install the trust bundle there), and try again";

    private final NodeAddress to;
    private final String subject;
    private final Function<byte[], byte[]> body;
    private final TransportLimits limits;
    private final FrameDecoder decoder;
    private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private @Nullable ChannelHandlerContext channel;
    private boolean sent;

    GuestCall(NodeAddress to, String subject, Function<byte[], byte[]> body, TransportLimits limits) {
        this.to = to;
        this.subject = subject;
        this.body = body;
        this.limits = limits;
        this.decoder = new FrameDecoder(limits.guestBytes(), this);
    }

    FrameDecoder decoder() {
        return decoder;
    }

    CompletableFuture<byte[]> answer() {
        return answer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx;
        if (answer.isDone()) {
            ctx.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws CertificateException {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                byte[] binding = PeerTls.binding(PeerTls.certificate(
                        ctx.pipeline().get(SslHandler.class).engine().getSession()));
                ask(ctx, body.apply(binding));
            } else {
                end(Kind.UNREACHABLE, words(handshake.cause()));
            }
        }
    }

    private void ask(ChannelHandlerContext ctx, byte[] question) {
        if (Frames.FIXED + subject.length() + question.length > limits.guestBytes()) {
            end(Kind.UNREACHABLE, "a question of " + question.length + " bytes is too long to be sent");
            return;
        }
        ByteBuf out = Unpooled.buffer(Frames.overhead(subject) + question.length);
        Frames.head(out, FrameKind.REQUEST, subject, 1, question.length);
        out.writeBytes(question);
        sent = true;
        ctx.writeAndFlush(out);
    }

    @Override
    public void heard() {
        // The time limit is for the whole question.
    }

    @Override
    public void frame(FrameKind kind, String ignored, long id, ByteBuf content) {
        if (kind == FrameKind.RESPONSE) {
            answer.complete(ByteBufUtil.getBytes(content));
            end(Kind.FAILED, "answered");
        } else if (kind == FrameKind.FAILURE) {
            answer.completeExceptionally(new PeerException(Kind.FAILED, content.toString(StandardCharsets.UTF_8)));
            end(Kind.FAILED, "answered");
        } else {
            malformed("a frame of kind " + kind);
        }
    }

    @Override
    public void malformed(String why) {
        end(Kind.TIMEOUT, "it sent " + why);
    }

    void late() {
        end(sent ? Kind.TIMEOUT : Kind.UNREACHABLE, "no answer in time");
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(sent ? Kind.TIMEOUT : Kind.UNREACHABLE, sent ? "the connection was lost before the answer came" : CLOSED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(sent ? Kind.TIMEOUT : Kind.UNREACHABLE, words(cause));
    }

    private static String words(Throwable cause) {
        return cause instanceof ClosedChannelException ? CLOSED : FailureText.root(cause);
    }

    /** Closes the connection; the failure counts only when there was no answer yet. */
    void end(Kind kind, String why) {
        answer.completeExceptionally(new PeerException(kind, "the node at " + to + ": " + why));
        ChannelHandlerContext open = channel;
        if (open != null) {
            open.close();
        }
    }
}
