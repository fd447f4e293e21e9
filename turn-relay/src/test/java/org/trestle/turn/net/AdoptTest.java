package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.turn.stun.TransportAddress;

/** A port that the relay shares with others, as 443: who speaks TURN is handed over, by ALPN or by the first bytes. */
@EnabledOnOs(OS.LINUX)
final class AdoptTest {
    private static final int CHANNEL = 0x4000;
    private static final byte[] NOT_TURN = "this is not TURN".getBytes(StandardCharsets.US_ASCII);
    private static final MultiThreadIoEventLoopGroup GROUP =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    private static TestKeys keys;
    private static TurnTls tls;
    private static TestRelay relay;
    private static Channel secured;
    private static Channel plain;

    @BeforeAll
    static void start() throws Exception {
        keys = new TestKeys("relay.test");
        tls = TurnTls.of(keys.keys());
        relay = new TestRelay(2, NetLimits.DEFAULTS, tls, 52_000);
        secured = listen(true);
        plain = listen(false);
    }

    @AfterAll
    static void stop() throws Exception {
        relay.close();
        GROUP.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }

    private static Channel listen(boolean withTls) throws Exception {
        ServerBootstrap front = new ServerBootstrap()
                .group(GROUP)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (withTls) {
                            channel.pipeline().addLast(tls.tls().newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new Front(withTls));
                    }
                });
        return front.bind(new InetSocketAddress(TestRelay.LOOPBACK, 0)).sync().channel();
    }

    /** Another server, which looks at what its clients say first. */
    private static final class Front extends ChannelInboundHandlerAdapter {
        private final boolean encrypted;
        private final ByteBuf first = Unpooled.buffer();
        private boolean handedOver;

        Front(boolean encrypted) {
            this.encrypted = encrypted;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            SslHandler ssl = ctx.pipeline().get(SslHandler.class);
            if (event instanceof SslHandshakeCompletionEvent
                    && ssl != null
                    && TurnTls.ALPN_TURN.equals(ssl.applicationProtocol())) {
                handOver(ctx);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            first.writeBytes(bytes);
            bytes.release();
            if (handedOver) {
                return;
            }
            Boolean turn = RelayServer.beginsLikeTurn(first);
            if (turn != null && turn) {
                handOver(ctx);
            } else if (turn != null) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(NOT_TURN)).addListener(ChannelFutureListener.CLOSE);
            }
        }

        private void handOver(ChannelHandlerContext ctx) {
            Channel channel = ctx.channel();
            // What TLS still has for us until the relay's handlers are there is kept with the rest.
            handedOver = true;
            channel.config().setAutoRead(false);
            relay.server
                    .adopt(
                            channel,
                            new RelayServer.Adopted(
                                    encrypted, (InetSocketAddress) channel.remoteAddress(), (InetSocketAddress)
                                            channel.localAddress()))
                    .thenRun(() -> channel.eventLoop().execute(() -> {
                        channel.pipeline().remove(this);
                        if (first.isReadable()) {
                            behindTls(channel, first);
                        }
                        channel.config().setAutoRead(true);
                    }));
        }

        private static void behindTls(Channel channel, ByteBuf bytes) {
            @Nullable ChannelHandlerContext ssl = channel.pipeline().context(SslHandler.class);
            if (ssl == null) {
                channel.pipeline().fireChannelRead(bytes).fireChannelReadComplete();
            } else {
                ssl.fireChannelRead(bytes).fireChannelReadComplete();
            }
        }
    }

    @Test
    void aClientOverTlsIsKnownByItsFirstBytes() throws Exception {
        relays(Link.tls((InetSocketAddress) secured.localAddress(), keys.client("TLS")));
    }

    @Test
    void aClientOverTlsIsKnownByItsAlpn() throws Exception {
        InetSocketAddress address = (InetSocketAddress) secured.localAddress();
        SSLSocket socket =
                (SSLSocket) keys.client("TLS").getSocketFactory().createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1", TurnTls.ALPN_TURN});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertEquals(TurnTls.ALPN_TURN, socket.getApplicationProtocol());
        relays(new Link.Stream(socket));
    }

    @Test
    void aClientOverTcpIsKnownByItsFirstBytes() throws Exception {
        relays(Link.tcp((InetSocketAddress) plain.localAddress()));
    }

    @Test
    void whoSpeaksSomethingElseStaysWithTheOtherServer() throws Exception {
        InetSocketAddress address = (InetSocketAddress) plain.localAddress();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(Link.SECONDS * 1000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertArrayEquals(NOT_TURN, socket.getInputStream().readNBytes(NOT_TURN.length));
        }
    }

    /** An allocation, and a packet there and back. */
    private static void relays(Link link) throws Exception {
        try (link;
                DatagramSocket peer = new DatagramSocket(0, TestRelay.LOOPBACK)) {
            peer.setSoTimeout(Link.SECONDS * 1000);
            TurnClient client = new TurnClient(link);
            TransportAddress relayed = client.allocate(TurnClient.UDP_PEERS);
            client.bind(CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress()));
            byte[] payload = {1, 2, 3, 4, 5};
            link.send(TurnClient.channelData(CHANNEL, payload));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            peer.receive(packet);
            assertArrayEquals(payload, Arrays.copyOf(packet.getData(), packet.getLength()));
            peer.send(new DatagramPacket(payload, payload.length, TestRelay.LOOPBACK, relayed.port()));
            assertArrayEquals(payload, client.payload(CHANNEL));
            client.end();
        }
    }
}
