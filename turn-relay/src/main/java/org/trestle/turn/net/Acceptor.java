package org.trestle.turn.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the connections of a listening channel: they stay on its loop. */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    private final RelayLoop loop;

    Acceptor(RelayLoop loop) {
        this.loop = loop;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        EpollSocketChannel channel = (EpollSocketChannel) message;
        channel.pipeline().addLast(new ChannelInitializer<EpollSocketChannel>() {
            @Override
            protected void initChannel(EpollSocketChannel accepted) {
                loop.accepted(accepted);
            }
        });
        ((EventLoop) loop.executor()).register(channel);
    }

    @Override
    @SuppressWarnings("deprecation") // the handler of an inbound error is this method
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Out of file descriptors, for instance: those that are connected go on, and netty accepts again later.
        LOG.warn("a connection could not be accepted on {}: {}", ctx.channel().localAddress(), cause.toString());
    }
}
