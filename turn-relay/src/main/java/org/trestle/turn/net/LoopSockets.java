package org.trestle.turn.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.Relay;
import org.trestle.turn.relay.RelayListener;
import org.trestle.turn.relay.RelaySocket;
import org.trestle.turn.relay.RelaySockets;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.TransportAddress;

/** The sockets towards peers of one loop. */
final class LoopSockets implements RelaySockets {

    /** How long a connection to a peer may take, in milliseconds (RFC 6062 section 5.2: at least 30 s). */
    private static final int CONNECT_MILLIS = 30_000;

    private final DatagramLoop loop;
    private final @Nullable InetAddress ipv4;
    private final @Nullable InetAddress ipv6;
    private final UdpSocket.Options options;
    private @Nullable Relay relay;

    LoopSockets(DatagramLoop loop, NetSettings settings) {
        this.loop = loop;
        this.ipv4 = settings.relayIpv4();
        this.ipv6 = settings.relayIpv6();
        this.options = new UdpSocket.Options(false, true, true, settings.icmp(), settings.socketBuffer());
    }

    /** Whose sockets these are. */
    void serve(Relay served) {
        relay = served;
    }

    @Override
    public boolean supports(AddressFamily family) {
        return address(family) != null;
    }

    @Override
    public boolean canSetDontFragment() {
        return true;
    }

    @Override
    public @Nullable RelaySocket bind(AddressFamily family, int port) {
        InetAddress address = address(family);
        if (address == null) {
            return null;
        }
        try {
            return new UdpRelaySocket(loop, relay(), new InetSocketAddress(address, port), options);
        } catch (IOException taken) {
            return null;
        }
    }

    @Override
    public @Nullable RelayListener listen(AddressFamily family, int port) {
        InetAddress address = address(family);
        if (address == null) {
            return null;
        }
        EpollServerSocketChannel channel = new EpollServerSocketChannel(netty(family));
        channel.config().setReuseAddress(true);
        channel.config().setReusePort(true);
        TcpRelayListener listener = new TcpRelayListener(port, address, channel);
        channel.pipeline().addLast(new Accepted(listener));
        ChannelFuture registered = ((EventLoop) loop.executor()).register(channel);
        ChannelFuture bound = channel.bind(new InetSocketAddress(address, port));
        if (!registered.isSuccess() || !bound.isSuccess()) {
            channel.close();
            return null;
        }
        return listener;
    }

    @Override
    public void connect(RelayListener from, TransportAddress peer, Connected outcome) {
        TcpRelayListener listener = (TcpRelayListener) from;
        EpollSocketChannel channel = new EpollSocketChannel(netty(peer.family()));
        channel.config().setReuseAddress(true);
        try {
            // Beside the listener, which has the same address.
            ((Socket) channel.fd()).setReusePort(true);
        } catch (IOException e) {
            channel.unsafe().closeForcibly();
            loop.executor().execute(() -> outcome.connected(null));
            return;
        }
        channel.config().setConnectTimeoutMillis(CONNECT_MILLIS);
        prepare(channel);
        ((EventLoop) loop.executor()).register(channel);
        channel.connect(peer.socketAddress(), new InetSocketAddress(listener.address, listener.port()))
                .addListener(done -> ((EventLoop) loop.executor())
                        .execute(() -> outcome.connected(done.isSuccess() ? opened(channel) : null)));
    }

    private TcpPeer opened(Channel channel) {
        TcpPeer peer = new TcpPeer(channel);
        channel.closeFuture().addListener(closed -> relay().ended(peer));
        return peer;
    }

    private static void prepare(Channel channel) {
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.pipeline().addLast(new EndsOnError());
    }

    private Relay relay() {
        return Objects.requireNonNull(relay, "serve() comes first");
    }

    private @Nullable InetAddress address(AddressFamily family) {
        return family == AddressFamily.IPV4 ? ipv4 : ipv6;
    }

    private static SocketProtocolFamily netty(AddressFamily family) {
        return family == AddressFamily.IPV4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    /** First on a peer's connection: an error on it, such as a reset, ends it, and is nothing that an operator can act on. */
    static final class EndsOnError extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("deprecation") // the handler of an inbound error is this method
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            RelayLoop.failed(ctx.channel(), cause);
        }
    }

    /** A listening TCP socket of the relay range. */
    private static final class TcpRelayListener extends RelayListener {
        private final InetAddress address;
        private final Channel channel;

        TcpRelayListener(int port, InetAddress address, Channel channel) {
            super(port);
            this.address = address;
            this.channel = channel;
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    /** Takes the connections of peers. */
    private final class Accepted extends ChannelInboundHandlerAdapter {
        private final TcpRelayListener listener;

        Accepted(TcpRelayListener listener) {
            this.listener = listener;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Channel channel = (Channel) message;
            prepare(channel);
            ((EventLoop) loop.executor()).register(channel).addListener(done -> {
                if (done.isSuccess() && channel.isActive()) {
                    relay().fromPeer(listener, opened(channel));
                } else {
                    channel.close();
                }
            });
        }
    }
}
