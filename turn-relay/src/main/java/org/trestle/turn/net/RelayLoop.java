package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.handler.codec.DecoderException;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.turn.relay.Neighbours;
import org.trestle.turn.relay.Relay;
import org.trestle.turn.stun.TransportAddress;

/** One event loop of a relay with all that lives on it. Only the loop's thread may call, except the getters. */
final class RelayLoop {

    private static final Logger LOG = LoggerFactory.getLogger(RelayLoop.class);
    private static final AttributeKey<TransportAddress> COUNTED = AttributeKey.valueOf(RelayLoop.class, "counted");

    /** Messages of other loops that wait for this one at most. */
    private static final int MOST_GIVEN = 1_024;

    private final AtomicInteger given = new AtomicInteger();
    private final IoEventLoop executor;
    private final NetSettings settings;
    private final Connections connections;
    private final NetCounters counters = new NetCounters();
    private final DatagramLoop datagrams;
    private final Relay relay;
    private final long secret;
    private final Deadlines<Channel> handshakes;
    private final Deadlines<StreamLeg> unauthenticated;
    private final Deadlines<DtlsLeg> dtlsHandshakes;
    private final Deadlines<DtlsLeg> dtlsUnauthenticated;
    private final List<UdpClients> udp = new ArrayList<>();
    private final List<Channel> listeners = new ArrayList<>();
    private @Nullable TurnTls tls;

    RelayLoop(int index, IoEventLoop executor, NetSettings settings, Shared shared) {
        this.executor = executor;
        this.settings = settings;
        this.connections = shared.connections();
        this.secret = shared.random().nextLong();
        this.datagrams = new DatagramLoop(executor, counters);
        LoopSockets sockets = new LoopSockets(datagrams, settings);
        this.relay =
                new Relay(index, shared.parts().of(index, sockets, shared.neighbours(), executor), shared.random());
        sockets.serve(relay);
        this.handshakes =
                new Deadlines<>(TimeUnit.SECONDS.toNanos(settings.limits().handshakeSeconds()));
        this.unauthenticated =
                new Deadlines<>(TimeUnit.SECONDS.toNanos(settings.limits().unauthenticatedSeconds()));
        this.dtlsHandshakes = new Deadlines<>(handshakes.nanos());
        this.dtlsUnauthenticated = new Deadlines<>(unauthenticated.nanos());
        executor.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /** What all loops of a relay have in common. */
    record Shared(Connections connections, RelayServer.PartsOfLoop parts, Neighbours neighbours, SecureRandom random) {}

    IoEventLoop executor() {
        return executor;
    }

    NetLimits limits() {
        return settings.limits();
    }

    NetCounters counters() {
        return counters;
    }

    DatagramLoop datagrams() {
        return datagrams;
    }

    Relay relay() {
        return relay;
    }

    @Nullable
    TurnTls tls() {
        return tls;
    }

    void tls(@Nullable TurnTls current) {
        tls = current;
    }

    /** Opens this loop's share of a UDP port; gives the address with the port that it got. */
    InetSocketAddress listenUdp(InetSocketAddress address) throws IOException {
        UdpClients clients = new UdpClients(
                datagrams,
                relay,
                address,
                new UdpSocket.Options(true, false, true, false, settings.socketBuffer()),
                secret);
        clients.dtls(new DtlsClients(this, clients, secret));
        udp.add(clients);
        return clients.localAddress();
    }

    /** Opens this loop's share of a TCP port; gives the address with the port that it got. */
    InetSocketAddress listenTcp(InetSocketAddress address) throws IOException {
        boolean ipv6 = address.getAddress() instanceof Inet6Address;
        EpollServerSocketChannel channel =
                new EpollServerSocketChannel(ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
        channel.config().setReuseAddress(true);
        channel.config().setReusePort(true);
        channel.pipeline().addLast(new Acceptor(this));
        ((EventLoop) executor).register(channel);
        Throwable cause = channel.bind(address).cause();
        if (cause != null) {
            channel.close();
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
        listeners.add(channel);
        return channel.localAddress();
    }

    /** A connection was accepted. */
    void accepted(Channel channel) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        InetSocketAddress local = (InetSocketAddress) channel.localAddress();
        if (remote == null || local == null) {
            channel.close();
            return;
        }
        boolean proxied = settings.proxies().test(remote.getAddress());
        serve(channel, TransportAddress.of(remote), TransportAddress.of(local), proxied, false);
    }

    /** A connection is handed over by another port, which knows whose it is. */
    void adopted(Channel channel, RelayServer.Adopted whose) {
        serve(
                channel,
                TransportAddress.of(whose.client()),
                TransportAddress.of(whose.server()),
                false,
                whose.encrypted());
    }

    private void serve(
            Channel channel, TransportAddress client, TransportAddress server, boolean proxied, boolean encrypted) {
        NetCounters.Count refused = connections.take(client);
        if (refused != null) {
            counters.add(refused, 1);
            channel.close();
            return;
        }
        counters.add(NetCounters.Count.CONNECTIONS_ACCEPTED, 1);
        counters.add(NetCounters.Count.CONNECTIONS_NOW, 1);
        channel.attr(COUNTED).set(client);
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        int bound = limits().writeBufferBytes();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(bound / 2, bound));
        handshakes.start(channel, System.nanoTime());
        channel.closeFuture().addListener(closed -> closed(channel));
        channel.pipeline().addLast(new FirstBytes(this, client, server, proxied, encrypted));
    }

    private void closed(Channel channel) {
        handshakes.stop(channel);
        StreamClient client = channel.pipeline().get(StreamClient.class);
        if (client != null) {
            unauthenticated.stop(client.leg());
        }
        TransportAddress counted = channel.attr(COUNTED).getAndSet(null);
        if (counted != null) {
            connections.giveBack(counted);
            counters.add(NetCounters.Count.CONNECTIONS_NOW, -1);
        }
    }

    /** Counts a client over DTLS; gives what to count it as when it is one too many. */
    NetCounters.@Nullable Count countedDtls(TransportAddress client) {
        NetCounters.Count refused = connections.take(client);
        if (refused == null) {
            counters.add(NetCounters.Count.CONNECTIONS_ACCEPTED, 1);
            counters.add(NetCounters.Count.CONNECTIONS_NOW, 1);
        }
        return refused;
    }

    void handshakeBegins(DtlsLeg leg) {
        dtlsHandshakes.start(leg, System.nanoTime());
    }

    /** The handshake is over, or the leg has lost its allocation: from now on it has limited time to get one. */
    void established(DtlsLeg leg) {
        dtlsHandshakes.stop(leg);
        dtlsUnauthenticated.start(leg, System.nanoTime());
    }

    void ended(DtlsLeg leg) {
        dtlsHandshakes.stop(leg);
        dtlsUnauthenticated.stop(leg);
        connections.giveBack(leg.fiveTuple().client());
        counters.add(NetCounters.Count.CONNECTIONS_NOW, -1);
    }

    /** A PROXY header has told who the client is; false when that one has too many connections. */
    boolean moved(Channel channel, TransportAddress from, TransportAddress to) {
        if (!connections.move(from, to)) {
            return false;
        }
        channel.attr(COUNTED).set(to);
        return true;
    }

    /** From now on the leg has limited time to get an allocation. */
    void unauthenticated(StreamLeg leg) {
        unauthenticated.start(leg, System.nanoTime());
    }

    /** Whether another loop may give a message over; what is too much is lost, as on the network. Any thread. */
    boolean mayTake() {
        if (given.incrementAndGet() <= MOST_GIVEN) {
            return true;
        }
        given.decrementAndGet();
        return false;
    }

    /** A message of another loop has come. */
    void taken() {
        given.decrementAndGet();
    }

    /** Something went wrong on a connection: it ends, the others go on. */
    static void failed(Channel channel, Throwable cause) {
        // What a peer does wrong in TLS comes wrapped by netty's decoder, which makes it look like a fault of ours.
        boolean ofThePeer = cause instanceof DecoderException && cause.getCause() instanceof SSLException;
        if (!ofThePeer && (cause instanceof RuntimeException || cause instanceof Error)) {
            LOG.error("connection={} closed after an unexpected failure", channel.id(), cause);
        } else {
            LOG.debug("connection={} closed: {}", channel.id(), cause.toString());
        }
        channel.close();
    }

    private void tick() {
        relay.tick();
        long now = System.nanoTime();
        for (Channel channel : handshakes.expired(now)) {
            if (channel.isActive() && channel.pipeline().get(FirstBytes.class) != null) {
                counters.add(NetCounters.Count.HANDSHAKE_TOO_SLOW, 1);
                channel.close();
            }
        }
        tickDtls(now);
        for (StreamLeg leg : unauthenticated.expired(now)) {
            if (!leg.isKept()) {
                counters.add(NetCounters.Count.UNAUTHENTICATED_TOO_LONG, 1);
                leg.close();
            }
        }
    }

    private void tickDtls(long now) {
        for (DtlsLeg leg : dtlsHandshakes.expired(now)) {
            counters.add(NetCounters.Count.HANDSHAKE_TOO_SLOW, 1);
            leg.close();
        }
        dtlsHandshakes.all().forEach(DtlsLeg::waits);
        for (DtlsLeg leg : dtlsUnauthenticated.expired(now)) {
            if (!leg.isKept()) {
                counters.add(NetCounters.Count.UNAUTHENTICATED_TOO_LONG, 1);
                leg.close();
            }
        }
    }

    /** Ends all allocations and closes all ports of this loop. */
    void close(String why) {
        listeners.forEach(Channel::close);
        relay.close(why);
        datagrams.sendAll();
        udp.forEach(UdpClients::close);
    }

    /** An empty buffer for a message of {@code size}, with room before and after it. */
    static ByteBuf buffer(int size) {
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(Relay.HEADROOM + size + 4)
                .setIndex(Relay.HEADROOM, Relay.HEADROOM);
    }

    /** A copy, with room before and after it, that another loop can have. */
    static ByteBuf copy(ByteBuf message) {
        return buffer(message.readableBytes()).writeBytes(message, message.readerIndex(), message.readableBytes());
    }
}
