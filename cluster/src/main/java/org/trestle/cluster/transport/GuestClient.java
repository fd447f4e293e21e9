package org.trestle.cluster.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerException.Kind;

/** Asks a member one question before being a member: how a node joins. Thread-safe. */
public final class GuestClient implements AutoCloseable {
    private final EventLoopGroup group;
    private final Timers timers;
    private final TransportLimits limits;
    private final AddressLookup lookup = new AddressLookup();

    /** {@code group} stays the caller's. */
    public GuestClient(EventLoopGroup group, Timers timers, TransportLimits limits) {
        this.group = group;
        this.timers = timers;
        this.limits = limits;
    }

    /**
     * Connects, checks the server against {@code trust}, asks, and completes with the answer. Fails with
     * {@link PeerException}: refused, unreachable (also: a server that is not trusted, or that lets no guests in), timed
     * out after the question was sent, or failed there, with the server's words.
     *
     * @param body makes the question from what a proof must be bound to: SHA-256 of the server's certificate
     */
    public CompletionStage<byte[]> request(
            NodeAddress to, GuestTrust trust, String subject, Function<byte[], byte[]> body, Duration timeout) {
        EventLoop loop = group.next();
        SSLEngine engine = PeerTls.engine(trust.context(timers::now), true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(trust.serverName())));
        engine.setSSLParameters(parameters);
        GuestCall call = new GuestCall(to, Frames.subject(subject), body, limits);
        Timers.Timer deadline = timers.after(timeout, () -> loop.execute(call::late));
        lookup.lookup(to.host())
                .whenComplete((address, unknown) -> loop.execute(() -> {
                    if (unknown == null) {
                        connect(loop, address, to.port(), engine, call);
                    } else {
                        call.end(Kind.UNREACHABLE, "no address is known for this host name");
                    }
                }));
        CompletableFuture<byte[]> answer = call.answer();
        answer.whenComplete((result, failure) -> deadline.cancel());
        return answer;
    }

    private void connect(EventLoop loop, InetAddress address, int port, SSLEngine engine, GuestCall call) {
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(LinkContext.socketType(group))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        limits.handshakeTime().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler ssl = new SslHandler(engine);
                        ssl.setHandshakeTimeoutMillis(limits.handshakeTime().toMillis());
                        ssl.setCloseNotifyFlushTimeoutMillis(0);
                        channel.pipeline().addLast(ssl, call.decoder(), call);
                    }
                })
                .connect(new InetSocketAddress(address, port));
        connecting.addListener(done -> {
            Throwable cause = done.cause();
            if (cause != null) {
                String message = String.valueOf(cause.getMessage());
                boolean refused = cause instanceof ConnectException && message.contains("refused");
                call.end(
                        refused ? Kind.REFUSED : Kind.UNREACHABLE,
                        refused ? "nobody listens there" : "cannot connect: " + message);
            }
        });
    }

    @Override
    public void close() {
        lookup.close();
    }
}
