package org.trestle.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.accounts.ServedDomains;
import org.trestle.auth.accounts.TableAccounts;
import org.trestle.auth.callbridge.TableCallBridges;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.auth.sasl.AccountMechanisms;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.node.ClusterNode;
import org.trestle.cluster.node.ClusterSettings;
import org.trestle.cluster.raft.AtomixEngine;
import org.trestle.cluster.time.SystemTimers;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.TlsCredential;
import org.trestle.node.command.Commands;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.pki.FileArea;
import org.trestle.node.pki.PkiException;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.SharedSettings;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.shell.ConsoleServer;
import org.trestle.node.turn.ClusterRelays;
import org.trestle.node.turn.TurnTables;
import org.trestle.xmpp.server.XmppServer;

/** A whole node: builds its parts in order, hands each what it needs, and stops them in reverse order. */
final class Node implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Node.class);
    private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** What is undone at the end, the last first. */
    private final Deque<Step> started = new ArrayDeque<>();

    private final NodeConfig config;

    /** One thing that stops. */
    private record Step(String name, AutoCloseable stop) {}

    private Node(NodeConfig config) {
        this.config = config;
    }

    /** Starts a node, or fails with everything stopped that had been started. */
    static Node start(NodeConfig config) throws StartException {
        Node node = new Node(config);
        try {
            node.build();
            return node;
        } catch (StartException failed) {
            node.close();
            throw failed;
        } catch (IOException | PkiException | ConsoleException unusable) {
            node.close();
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private void build() throws StartException, IOException, PkiException, ConsoleException {
        DataDirectory directory = DataDirectory.take(config.data());
        started.push(new Step("data directory", directory));
        NodeState state = NodeState.read(config.data());
        FileArea files = FileArea.in(config.data());
        Ports.check(ports(state));

        EventLoopGroup loops = loops();
        started.push(new Step("event loops", () -> finish(loops)));
        EventLoop loop = loops.next();
        Timers timers = new SystemTimers(loop);
        MeterRegistry metrics = new SimpleMeterRegistry();
        started.push(new Step("metrics", metrics::close));

        ClusterNode cluster =
                await(ClusterNode.open(clusterSettings(), loops, loop, timers, new AtomixEngine(), metrics));
        started.push(new Step("cluster", () -> await(cluster.close())));

        SecureRandom random = new SecureRandom();
        KeyDerivation derivation = KeyDerivation.standard(random);
        started.push(new Step("key derivation", derivation));
        ClusterKey clusterKey = new ClusterKey(cluster.tables(), random);
        SharedSettings settings = new SharedSettings(cluster.tables());
        TableAccounts accounts = new TableAccounts(
                cluster.tables(), derivation, timers::now, ServedDomains.only(() -> served(settings)));
        TableCallBridges callBridges = new TableCallBridges(cluster.tables(), clusterKey, random);
        List<X509Certificate> authorities = Logins.authorities(config.clients());
        SaslMechanisms mechanisms = Logins.mechanisms(
                config.clients(), authorities, new AccountMechanisms.Keys(accounts, derivation, clusterKey), metrics);

        NodeKeys keys = new NodeKeys(config, files, settings, state, timers::now);
        cluster.services(() -> {
            ServerIdentity own = keys.own();
            return new TlsCredential(own.key(), own.chain());
        });
        TurnTables turnTables = new TurnTables(cluster.tables(), random);
        ClusterRelays relays = new ClusterRelays(cluster, turnTables, timers);
        TurnService turn = new TurnService(
                new TurnService.Parts(config, cluster, turnTables, relays, files, keys::own, timers), state);
        started.push(new Step("turn", new TurnMeters(turn, metrics)));
        XmppOptions options = new XmppOptions(config, keys.keys(), authorities, relays);
        XmppService xmpp = new XmppService(
                config,
                listening -> XmppServer.open(
                                options.settings(listening),
                                cluster,
                                mechanisms,
                                accounts,
                                callBridges,
                                loops,
                                timers,
                                metrics)
                        .thenApply(XmppPart::of));
        RunningNode running = new RunningNode(
                new RunningNode.Parts(
                        config, cluster, callBridges, accounts, settings, files, keys, xmpp, turn, clusterKey, timers),
                state);
        started.push(new Step("xmpp", running));
        running.begin();
        if (config.listen().shared() != 0) {
            SharedService shared = await(
                    SharedService.open(config, loops, new SharedService.Parts(xmpp, turn, options, keys, metrics)));
            started.push(new Step("shared port", shared));
        }
        ConsoleServer console =
                ConsoleServer.open(config.data(), config.limits().console(), Commands.of(running));
        started.push(new Step("console", console));
        log.info("node {} runs with its data in {}", config.node().name(), config.data());
    }

    /** The domain of the configuration counts from the start, though it is committed only when there is a leader. */
    private List<String> served(SharedSettings settings) {
        List<String> names = settings.domainNames();
        String configured = config.domain();
        return names.isEmpty() && configured != null ? List.of(configured) : names;
    }

    private List<Ports.Port> ports(NodeState state) throws ConsoleException {
        List<Ports.Port> ports = new ArrayList<>();
        NodeConfig.Listen listen = config.listen();
        InetAddress address =
                Listening.of(List.of(listen.address())).addresses().get(0);
        ports.add(new Ports.Port("cluster", address, listen.cluster(), "trestle.listen.cluster"));
        if (listen.shared() != 0) {
            for (InetAddress each : Listening.of(List.of(listen.address())).addresses()) {
                ports.add(new Ports.Port("XMPP and TURN", each, listen.shared(), "trestle.listen.shared"));
            }
        }
        if (state.enabled()) {
            List<String> words = state.listen().isEmpty() ? List.of(listen.address()) : state.listen();
            for (InetAddress each : Listening.of(words).addresses()) {
                ports.add(new Ports.Port("clients", each, listen.client(), "trestle.listen.client"));
                ports.add(new Ports.Port("components", each, listen.component(), "trestle.listen.component"));
            }
        }
        return ports;
    }

    private ClusterSettings clusterSettings() throws StartException {
        NodeConfig.Cluster timing = config.cluster();
        LogTuning tuning = new LogTuning(
                timing.election(), timing.heartbeat(), timing.request(), timing.submit(), LogTuning.LAN.pending());
        try {
            return new ClusterSettings(
                    config.data(),
                    config.node().name(),
                    new InetSocketAddress(
                            config.listen().address(), config.listen().cluster()),
                    config.node().cluster(),
                    config.node().client(),
                    tuning,
                    timing.lease());
        } catch (IllegalArgumentException wrong) {
            throw new StartException(wrong.getMessage() + " (trestle.node.name)", wrong);
        }
    }

    /** One loop for each processor: more would only wake each other for stanzas that could have gone out together. */
    private static EventLoopGroup loops() {
        DefaultThreadFactory threads = new DefaultThreadFactory("loop");
        return new MultiThreadIoEventLoopGroup(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                threads,
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    private static void finish(EventLoopGroup loops) throws InterruptedException {
        loops.shutdownGracefully(0, STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS).await(STOP_PATIENCE.toMillis());
    }

    private static <T> T await(CompletionStage<T> stage) throws StartException {
        try {
            return stage.toCompletableFuture().get(CLUSTER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new StartException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        } catch (TimeoutException late) {
            throw new StartException(
                    "the cluster's part did not answer within " + CLUSTER_PATIENCE.toSeconds() + " s", late);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new StartException("stopped while starting", stopping);
        }
    }

    /** Stops everything, the last started first; what fails to stop is logged and left. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            Step step = started.pop();
            try {
                step.stop().close();
            } catch (Exception failed) {
                // The last resort of stopping: the other parts still have to stop.
                log.warn("{} did not stop in good order: {}", step.name(), failed.toString());
            }
        }
    }
}
