package org.trestle.xmpp.stream;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Which of netty's transports is used: epoll where it is there, else NIO. */
public final class Transports {
    private Transports() {}

    /** A group of event loops for the streams of a node, with threads of this name. */
    public static EventLoopGroup group(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory(name),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** The kind of server channel that runs on this group. */
    public static Class<? extends ServerChannel> serverChannel(EventLoopGroup group) {
        if (group instanceof IoEventLoopGroup io) {
            if (io.isIoType(EpollIoHandler.class)) {
                return EpollServerSocketChannel.class;
            }
            if (io.isIoType(LocalIoHandler.class)) {
                return LocalServerChannel.class;
            }
        }
        return NioServerSocketChannel.class;
    }
}
