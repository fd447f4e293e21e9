package org.trestle.xmpp.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.accounts.Accounts;
import org.trestle.auth.callbridge.CallBridges;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.time.Timers;
import org.trestle.xmpp.component.Components;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.session.Sessions;
import org.trestle.xmpp.stream.ClientListener;
import org.trestle.xmpp.stream.ComponentListener;
import org.trestle.xmpp.stream.StreamCounters;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.stream.StreamServer;

/**
 * The XMPP server of a node. While the node has no cluster it keeps its ports but no streams: clients and components are
 * told to go elsewhere, and are welcome again when there is a cluster.
 */
public final class XmppServer {
    /** How long {@link #close} waits for peers to end their streams and for the cluster to take back their addresses. */
    public static final Duration CLOSING = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(XmppServer.class);
    private static final String STOPPING = "this node is being stopped; connect to another node";

    private final Cluster cluster;
    private final Timers timers;
    private final MeterRegistry registry;
    private final ServerCore core;
    private final List<StreamServer> clients = new CopyOnWriteArrayList<>();
    private final List<StreamServer> components = new CopyOnWriteArrayList<>();
    // Clients that have come to a port which this server shares with others.
    private final StreamServer adopted;
    // Those that read this server: it takes them along when it closes, so that the next one has its own.
    private final List<Meter> meters = new CopyOnWriteArrayList<>();
    private final Subscription serving;

    private XmppServer(ServerCore.Parts parts, XmppSettings settings) {
        this.cluster = parts.cluster();
        this.timers = parts.timers();
        this.registry = parts.registry();
        this.core = new ServerCore(parts);
        this.adopted = ClientListener.withoutPort(settings.client(), settings.clientTls(), core.sessions());
        meter("client", "shared", adopted.counters());
        meters.add(
                Gauge.builder("xmpp.sessions", core.sessions(), Sessions::size).register(registry));
        meters.add(Gauge.builder("xmpp.components", core.components(), Components::size)
                .register(registry));
        this.serving = cluster.onServing(this::serving);
    }

    /**
     * Builds the server and opens its ports.
     *
     * @param loops for streams; see {@link org.trestle.xmpp.stream.Transports#group}
     * @param timers for what is done about once a second; must be quick to return
     * @return fails with {@link IOException}, in words for the operator, when a port cannot be opened; nothing is open then
     */
    public static CompletionStage<XmppServer> open(
            XmppSettings settings,
            Cluster cluster,
            SaslMechanisms mechanisms,
            Accounts accounts,
            CallBridges callBridges,
            EventLoopGroup loops,
            Timers timers,
            MeterRegistry registry) {
        XmppServer server = new XmppServer(
                new ServerCore.Parts(
                        cluster,
                        mechanisms,
                        accounts,
                        callBridges,
                        settings.domains(),
                        settings.limits(),
                        new FeatureContext.Product("Trestle", settings.version()),
                        timers,
                        registry,
                        settings.services()),
                settings);
        CompletableFuture<XmppServer> opened = new CompletableFuture<>();
        server.listen(settings, loops).whenComplete((done, failed) -> {
            if (failed == null) {
                opened.complete(server);
            } else {
                server.close().whenComplete((closed, ignored) -> opened.completeExceptionally(unwrapped(failed)));
            }
        });
        return opened;
    }

    private static Throwable unwrapped(Throwable failed) {
        Throwable cause = failed.getCause();
        return failed instanceof CompletionException && cause != null ? cause : failed;
    }

    private CompletionStage<Void> listen(XmppSettings settings, EventLoopGroup loops) {
        CompletionStage<Void> clientPorts = each(
                settings.clients(),
                "clients",
                address -> ClientListener.open(loops, address, settings.client(), settings.clientTls(), core.sessions())
                        .thenAccept(listener -> {
                            clients.add(listener);
                            listening("client", listener.address(), listener.counters());
                        }));
        return clientPorts.thenCompose(done -> each(
                settings.components(),
                "components",
                address -> ComponentListener.open(
                                loops, address, settings.component(), settings.componentTls(), core.components())
                        .thenAccept(listener -> {
                            components.add(listener);
                            listening("component", listener.address(), listener.counters());
                        })));
    }

    private interface Opening {
        CompletionStage<Void> open(InetSocketAddress address);
    }

    /** One after the other, so that what went wrong first is what is told. */
    private static CompletionStage<Void> each(List<InetSocketAddress> addresses, String whom, Opening opening) {
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        for (InetSocketAddress address : addresses) {
            all = all.thenCompose(before ->
                    opening.open(address).handle(inWords(address, whom)).thenCompose(it -> it));
        }
        return all;
    }

    private static BiFunction<Void, Throwable, CompletionStage<Void>> inWords(InetSocketAddress address, String whom) {
        return (done, failed) -> failed == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new IOException(
                        "cannot listen for " + whom + " on " + words(address) + ": "
                                + unwrapped(failed).getMessage()
                                + "; stop what uses this port, or configure another one",
                        unwrapped(failed)));
    }

    /** An IPv6 address in brackets (RFC 5952 6), so that the port is no part of it. */
    private static String words(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private void listening(String kind, InetSocketAddress address, StreamCounters counters) {
        LOG.info("listening for {}s on {}", kind, words(address));
        meter(kind, Integer.toString(address.getPort()), counters);
    }

    private void meter(String kind, String port, StreamCounters counters) {
        for (StreamCounters.Event event : StreamCounters.Event.values()) {
            meters.add(FunctionCounter.builder("xmpp.stream", counters, counted -> counted.total(event))
                    .tag("kind", kind)
                    .tag("port", port)
                    .tag("event", event.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .register(registry));
        }
    }

    private void serving(boolean now) {
        if (!now) {
            closeStreams(StreamError.of(StreamError.Condition.SYSTEM_SHUTDOWN, ServerCore.NO_CLUSTER));
        }
    }

    /**
     * Serves a client whose connection another port has accepted, under limits of its own, which are those of one port:
     * {@link StreamServer#adopt}. Call this on the connection's loop, which is one of this server's.
     *
     * @param peer the address that counts as the client's
     */
    public void adopt(Channel channel, InetSocketAddress peer) {
        adopted.adopt(channel, peer);
    }

    private void closeStreams(StreamError error) {
        adopted.closeStreams(error);
        clients.forEach(listener -> listener.closeStreams(error));
        components.forEach(listener -> listener.closeStreams(error));
    }

    /**
     * Asks all clients to go to another host (RFC 6120 4.9.3.19), and those that come; components stay, they are connected to
     * several nodes.
     *
     * @param host a name or an address, with its port behind a colon when that is not 5222; null takes clients again
     */
    public void sendElsewhere(@Nullable String host) {
        core.sessions().sendElsewhere(host);
    }

    /** What it does at this moment. */
    public XmppStatus status() {
        return new XmppStatus(
                core.sessions().accepting(),
                clients.stream().map(StreamServer::address).toList(),
                components.stream().map(StreamServer::address).toList(),
                core.sessions().size(),
                cluster.directory().size(),
                core.components().size(),
                adopted.connections()
                        + clients.stream().mapToInt(StreamServer::connections).sum()
                        + components.stream()
                                .mapToInt(StreamServer::connections)
                                .sum(),
                core.domains().all());
    }

    /**
     * Closes the ports, ends all streams with {@code system-shutdown} and gives their addresses back; completes when all is
     * done, or after {@link #CLOSING}. Calling it again does no harm.
     */
    public CompletionStage<Void> close() {
        serving.close();
        StreamError error = StreamError.of(StreamError.Condition.SYSTEM_SHUTDOWN, STOPPING);
        core.close(STOPPING);
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        closing.add(adopted.close(error).toCompletableFuture());
        clients.forEach(listener -> closing.add(listener.close(error).toCompletableFuture()));
        components.forEach(listener -> closing.add(listener.close(error).toCompletableFuture()));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Timers.Timer limit = timers.after(CLOSING, () -> closed.complete(null));
        CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
                .thenCompose(gone -> core.settled())
                .whenComplete((done, failed) -> closed.complete(null));
        return closed.whenComplete((done, failed) -> {
            limit.cancel();
            meters.forEach(registry::remove);
            core.closeRouter();
        });
    }
}
