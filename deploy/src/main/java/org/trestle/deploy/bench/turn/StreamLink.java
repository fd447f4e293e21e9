package org.trestle.deploy.bench.turn;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.Framing;

/** A client over TCP or TLS. */
final class StreamLink implements Link {
    private final Channel channel;
    private @Nullable List<ByteBuf> early = new ArrayList<>();

    /** Connects; what is sent before it is connected waits. */
    StreamLink(EventLoop loop, InetSocketAddress server, @Nullable SslContext tls, Receiver receiver) {
        channel = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        if (tls != null) {
                            made.pipeline().addLast(tls.newHandler(made.alloc()));
                        }
                        made.pipeline().addLast(new Frames(StreamLink.this, receiver));
                    }
                })
                .connect(server)
                .channel();
    }

    @Override
    public void send(ByteBuf message) {
        if (early != null) {
            early.add(message);
            return;
        }
        channel.write(message, channel.voidPromise());
    }

    @Override
    public boolean isReliable() {
        return true;
    }

    @Override
    public void flush() {
        if (early == null) {
            channel.flush();
        }
    }

    private void connected() {
        List<ByteBuf> waiting = early;
        if (waiting != null) {
            early = null;
            waiting.forEach(this::send);
            flush();
        }
    }

    @Override
    public void close() {
        channel.close();
    }

    /** Cuts the stream into messages. */
    private static final class Frames extends ByteToMessageDecoder {
        private final StreamLink link;
        private final Receiver receiver;

        Frames(StreamLink link, Receiver receiver) {
            this.link = link;
            this.receiver = receiver;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            link.connected();
            ctx.fireChannelActive();
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            while (in.readableBytes() >= Framing.PREFIX) {
                int length = Framing.frameLength(in, in.readerIndex());
                if (length == Framing.NOT_TURN) {
                    ctx.close();
                    return;
                }
                if (in.readableBytes() < length) {
                    return;
                }
                receiver.received(in.readSlice(length));
            }
        }
    }
}
