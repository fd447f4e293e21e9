package org.trestle.cluster.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerException.Kind;

/**
 * One attempt to reach a peer, and the connection that comes of it: connect, TLS, is it the node that was meant, greet.
 * Tells its {@link DialledLink} when frames can be sent, and then once when they no longer can.
 */
final class Dial extends ChannelInboundHandlerAdapter implements FrameSink {
    /** A link takes more until this much waits in it, and again once it has drained to a quarter. */
    static final int HIGH_WATER = 1 << 20;

    private final LinkContext context;
    private final DialledLink link;
    private final EventLoop loop;
    private final PeerTls tls;
    private final FrameDecoder decoder = new FrameDecoder(Frames.LONGEST_HELLO, this);
    private Timers.@Nullable Timer deadline;
    private @Nullable Channel channel;
    private @Nullable Outbox outbox;
    private @Nullable String why;
    private long lastRead;
    private boolean greeted;
    private boolean over;

    Dial(LinkContext context, DialledLink link) {
        this.context = context;
        this.link = link;
        this.loop = link.loop();
        this.tls = context.tls();
        this.lastRead = context.timers.nanos();
    }

    void start() {
        deadline = context.timers.after(context.limits.handshakeTime(), () -> loop.execute(this::late));
        context.lookup
                .lookup(link.peer().address().host())
                .whenComplete((address, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        connect(address);
                    } else {
                        end(Kind.UNREACHABLE, "no address is known for this host name");
                    }
                }));
    }

    private void connect(InetAddress address) {
        if (over) {
            return;
        }
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(context.socketType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(HIGH_WATER / 4, HIGH_WATER))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        context.limits.handshakeTime().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        SslHandler ssl = new SslHandler(tls.client());
                        ssl.setHandshakeTimeoutMillis(
                                context.limits.handshakeTime().toMillis());
                        ssl.setCloseNotifyFlushTimeoutMillis(0);
                        made.pipeline().addLast(ssl, decoder, Dial.this);
                    }
                });
        if (context.epoll()) {
            // Bytes that nobody acknowledges mean a dead path: without this the kernel tries for a quarter of an hour.
            bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, (int)
                    context.limits.silence().toMillis());
        }
        ChannelFuture connecting = bootstrap.connect(
                new InetSocketAddress(address, link.peer().address().port()));
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (done.cause() != null) {
                connectFailed(done.cause());
            }
        });
    }

    private void connectFailed(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof ConnectException && message.contains("refused")) {
            end(Kind.REFUSED, "nobody listens there");
        } else {
            end(Kind.UNREACHABLE, "cannot connect: " + message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                handshaken(ctx);
            } else {
                end(Kind.UNREACHABLE, "no TLS of this cluster there: " + FailureText.root(handshake.cause()));
            }
        }
    }

    private void handshaken(ChannelHandlerContext ctx) {
        NodeId expected = link.peer().node();
        try {
            NodeId found =
                    tls.peer(ctx.pipeline().get(SslHandler.class).engine().getSession(), true);
            if (!found.equals(expected)) {
                context.meters.rejected(TransportMeters.Reason.STRANGER);
                end(Kind.UNREACHABLE, "another node answers there: " + found);
                return;
            }
        } catch (CertificateException stranger) {
            context.meters.rejected(TransportMeters.Reason.STRANGER);
            end(Kind.UNREACHABLE, FailureText.root(stranger));
            return;
        }
        Outbox out = new Outbox(ctx.channel(), context.limits.queueBytes(), context.meters);
        outbox = out;
        ByteBuf greeting = Unpooled.buffer(2);
        greeting.writeByte(Frames.VERSION);
        greeting.writeByte(link.role().code());
        out.add(FrameKind.HELLO, "", 0, greeting);
    }

    @Override
    public void heard() {
        lastRead = context.timers.nanos();
        if (greeted) {
            link.peer().heard().set(lastRead);
        }
    }

    @Override
    public void frame(FrameKind kind, String subject, long id, ByteBuf body) {
        if (over) {
            return;
        }
        Outbox out = outbox;
        if (greeted) {
            link.received(kind, id, body);
        } else if (kind == FrameKind.HELLO && body.isReadable() && out != null) {
            greeted(body.readUnsignedByte(), out);
        } else {
            malformed("it does not greet");
        }
    }

    private void greeted(int version, Outbox out) {
        if (version != Frames.VERSION) {
            malformed("it speaks version " + version + " of the protocol, and this node version " + Frames.VERSION);
            return;
        }
        greeted = true;
        cancelDeadline();
        decoder.limit(context.limits.frameBytes());
        heard();
        context.meters.linkUp();
        link.up(this, out);
    }

    @Override
    public void malformed(String what) {
        context.meters.rejected(TransportMeters.Reason.MALFORMED);
        end(Kind.UNREACHABLE, what);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (greeted && !over) {
            link.writabilityChanged(ctx.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(Kind.UNREACHABLE, why != null ? why : greeted ? "the connection was lost" : "the node there closed it");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        why = FailureText.root(cause);
        ctx.close();
    }

    private void late() {
        if (!greeted) {
            end(
                    Kind.UNREACHABLE,
                    "no answer within " + context.limits.handshakeTime().toMillis() + " ms");
        }
    }

    /** When the last byte was read, in nanoseconds of the timers. */
    long lastRead() {
        return lastRead;
    }

    boolean writable() {
        Channel open = channel;
        return greeted && !over && open != null && open.isWritable();
    }

    /** Closes the connection, and tells the link if it was not told before. */
    void end(Kind kind, String reason) {
        if (over) {
            return;
        }
        over = true;
        cancelDeadline();
        Channel open = channel;
        if (open != null) {
            open.close();
        }
        if (outbox != null) {
            outbox.close();
        }
        if (greeted) {
            context.meters.linkDown();
        }
        link.down(this, new PeerException(kind, link.peer() + ": " + reason));
    }

    private void cancelDeadline() {
        Timers.Timer timer = deadline;
        if (timer != null) {
            timer.cancel();
            deadline = null;
        }
    }
}
