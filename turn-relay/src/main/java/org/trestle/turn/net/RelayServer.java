package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.Neighbours;
import org.trestle.turn.relay.Relay;
import org.trestle.turn.relay.RelayCounters;
import org.trestle.turn.relay.RelaySockets;

/**
 * A running relay: its event loops, their ports, and one {@link Relay} on each. Thread-safe.
 *
 * <p>Linux only: without epoll it does not start, and says so.
 */
public final class RelayServer {

    /** Makes what the relay of one loop works with. */
    @FunctionalInterface
    public interface PartsOfLoop {
        /**
         * @param loop its number, from 0 on
         * @param sockets towards peers, for {@link Relay.Parts#sockets()}
         * @param neighbours for {@link Relay.Parts#neighbours()}
         */
        Relay.Parts of(int loop, RelaySockets sockets, Neighbours neighbours, IoEventLoop executor);
    }

    private final EventLoopGroup group;
    private final List<RelayLoop> loops;
    private final Connections connections;
    private final List<NetSettings.Listener> listeners = new CopyOnWriteArrayList<>();

    private RelayServer(EventLoopGroup group, List<RelayLoop> loops, Connections connections) {
        this.group = group;
        this.loops = loops;
        this.connections = connections;
    }

    /**
     * Starts loops and opens all ports.
     *
     * @param tls for clients over TLS and DTLS; null if they are not served
     * @return fails with an {@link IOException} that says which port cannot be had and why; then nothing is left open
     */
    public static CompletionStage<RelayServer> start(NetSettings settings, @Nullable TurnTls tls, PartsOfLoop parts) {
        if (!DatagramCalls.available()) {
            return CompletableFuture.failedFuture(new IOException("the TURN relay needs Linux with epoll; this machine"
                    + " or the native part of netty for it is missing"));
        }
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                settings.loops(), new DefaultThreadFactory("turn", true), EpollIoHandler.newFactory());
        Connections connections = new Connections(settings.limits(), System::nanoTime);
        Passing passing = new Passing();
        RelayLoop.Shared shared = new RelayLoop.Shared(connections, parts, passing, new SecureRandom());
        List<CompletableFuture<RelayLoop>> made = new ArrayList<>();
        for (int i = 0; i < settings.loops(); i++) {
            int index = i;
            IoEventLoop executor = (IoEventLoop) group.next();
            made.add(CompletableFuture.supplyAsync(
                    () -> {
                        RelayLoop loop = new RelayLoop(index, executor, settings, shared);
                        loop.tls(tls);
                        return loop;
                    },
                    executor));
        }
        return CompletableFuture.allOf(made.toArray(CompletableFuture[]::new))
                .thenCompose(all -> {
                    List<RelayLoop> loops = new ArrayList<>();
                    made.forEach(loop -> loop.thenAccept(loops::add));
                    passing.among(loops);
                    return new RelayServer(group, List.copyOf(loops), connections).listen(settings.listeners());
                })
                .whenComplete((server, failure) -> {
                    if (failure != null) {
                        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                    }
                });
    }

    private CompletionStage<RelayServer> listen(List<NetSettings.Listener> wanted) {
        CompletionStage<Void> opened = CompletableFuture.completedFuture(null);
        for (NetSettings.Listener listener : wanted) {
            opened = opened.thenCompose(before -> listen(listener));
        }
        return opened.thenApply(all -> this);
    }

    /** The first loop finds the port, the others share it. */
    private CompletionStage<Void> listen(NetSettings.Listener wanted) {
        return open(loops.get(0), wanted).thenCompose(first -> {
            listeners.add(first);
            CompletionStage<?> others = CompletableFuture.completedFuture(null);
            for (RelayLoop loop : loops.subList(1, loops.size())) {
                others = others.thenCompose(before -> open(loop, first));
            }
            return others.thenAccept(all -> {});
        });
    }

    private static CompletionStage<NetSettings.Listener> open(RelayLoop loop, NetSettings.Listener listener) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        InetSocketAddress address = listener.kind() == NetSettings.Kind.UDP
                                ? loop.listenUdp(listener.address())
                                : loop.listenTcp(listener.address());
                        return new NetSettings.Listener(listener.kind(), address);
                    } catch (IOException e) {
                        throw new CompletionException(cannot(listener, e));
                    }
                },
                loop.executor());
    }

    private static BindException cannot(NetSettings.Listener listener, IOException cause) {
        BindException exception = new BindException("the relay cannot listen on " + listener.kind() + " "
                + listener.address().getAddress().getHostAddress() + " port "
                + listener.address().getPort() + ": " + cause.getMessage());
        exception.initCause(cause);
        return exception;
    }

    /** Where it listens, with the ports that it got. */
    public List<NetSettings.Listener> listeners() {
        return List.copyOf(listeners);
    }

    /** Connections of clients over TCP, TLS and DTLS that are open now. */
    public int connections() {
        return connections.total();
    }

    /** Counters of the relays, one for each loop. */
    public List<RelayCounters> relayCounters() {
        return loops.stream().map(loop -> loop.relay().counters()).toList();
    }

    /** Counters of the sockets, one for each loop. */
    public List<NetCounters> netCounters() {
        return loops.stream().map(RelayLoop::counters).toList();
    }

    /** Calls {@code action} with each relay, on its loop; completes when all have been called. */
    public CompletionStage<Void> onEachRelay(Consumer<Relay> action) {
        return onEach(loop -> action.accept(loop.relay()));
    }

    private CompletableFuture<Void> onEach(Consumer<RelayLoop> action) {
        return CompletableFuture.allOf(loops.stream()
                .map(loop -> CompletableFuture.runAsync(() -> action.accept(loop), loop.executor()))
                .toArray(CompletableFuture[]::new));
    }

    /** From now on new connections are served with these certificates. */
    public CompletionStage<Void> use(@Nullable TurnTls tls) {
        return onEach(loop -> loop.tls(tls));
    }

    /**
     * Whether the first bytes of a connection are TURN's; null when more are needed to tell. For a port that is shared
     * with HTTPS or XMPP, after TLS has been taken off or without it.
     */
    public static @Nullable Boolean beginsLikeTurn(ByteBuf bytes) {
        return FirstBytes.beginsLikeStun(bytes);
    }

    /**
     * Whose connection is handed over.
     *
     * @param encrypted whether TLS has been taken off
     * @param client the address that counts as the client's; a PROXY header's, when there was one
     * @param server the address that the client came to
     */
    public record Adopted(boolean encrypted, InetSocketAddress client, InetSocketAddress server) {}

    /**
     * Takes a connection over that another port has accepted. The caller has removed its own handlers, except those of
     * TLS; bytes that it has read already are fired through the pipeline after the returned stage has completed.
     *
     * <p>The other port has read the PROXY header, if one was due: none is awaited any more.
     *
     * @return completes when the relay's handlers are there
     */
    public CompletionStage<Void> adopt(Channel channel, Adopted whose) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        for (RelayLoop loop : loops) {
            if (loop.executor() == channel.eventLoop()) {
                loop.executor().execute(() -> {
                    loop.adopted(channel, whose);
                    done.complete(null);
                });
                return done;
            }
        }
        RelayLoop loop = loops.get(Math.floorMod(channel.id().hashCode(), loops.size()));
        channel.deregister()
                .addListener(left -> ((EventLoop) loop.executor())
                        .register(channel)
                        .addListener(there -> {
                            if (there.isSuccess()) {
                                loop.adopted(channel, whose);
                                done.complete(null);
                            } else {
                                channel.close();
                                done.completeExceptionally(there.cause());
                            }
                        }));
        return done;
    }

    /** Ends all allocations and closes all ports. */
    public CompletionStage<Void> stop(String why) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        onEach(loop -> loop.close(why))
                .whenComplete((closed, failure) ->
                        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).addListener(ended -> stopped.complete(null)));
        return stopped;
    }
}
