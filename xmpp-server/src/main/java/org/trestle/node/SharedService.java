package org.trestle.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.shared.CertificateNames;
import org.trestle.node.shared.SharedCounters;
import org.trestle.node.shared.SharedLimits;
import org.trestle.node.shared.SharedPort;
import org.trestle.node.shared.SharedTls;
import org.trestle.node.shared.Takers;
import org.trestle.node.shell.ConsoleException;
import org.trestle.turn.net.RelayServer;
import org.trestle.turn.net.TurnTls;
import org.trestle.xmpp.stream.StreamCounters;

/** The port that XMPP and TURN share on this node, whichever of them runs at a moment. */
final class SharedService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SharedService.class);
    private static final List<StreamCounters.Event> ARRIVALS = List.of(
            StreamCounters.Event.CONNECTED,
            StreamCounters.Event.ACCEPT_FAILED,
            StreamCounters.Event.REFUSED_FULL,
            StreamCounters.Event.DISPLACED);

    private final List<SharedPort> ports = new ArrayList<>();
    private final List<Meter> meters = new ArrayList<>();
    private final MeterRegistry registry;

    /** What it works with. */
    record Parts(XmppService xmpp, TurnService turn, XmppOptions options, NodeKeys keys, MeterRegistry metrics) {}

    private SharedService(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Listens wherever the node does; fails in words for the operator. */
    static CompletionStage<SharedService> open(NodeConfig config, EventLoopGroup loops, Parts parts)
            throws ConsoleException, StartException {
        SharedService service = new SharedService(parts.metrics());
        SharedPort.Settings settings = settings(config, parts);
        int port = config.listen().shared();
        CompletionStage<SharedService> opened = CompletableFuture.completedFuture(service);
        for (InetAddress address :
                Listening.of(List.of(config.listen().address())).addresses()) {
            opened = opened.thenCompose(before -> SharedPort.open(loops, new InetSocketAddress(address, port), settings)
                    .thenApply(service::with));
        }
        return opened.whenComplete((all, failed) -> {
            if (failed == null) {
                service.meter();
                log.info(
                        "listening for XMPP and TURN together on {} port {}",
                        config.listen().address(),
                        port);
            } else {
                service.close();
            }
        });
    }

    private SharedService with(SharedPort port) {
        ports.add(port);
        return this;
    }

    private static SharedPort.Settings settings(NodeConfig config, Parts parts) throws StartException {
        SharedLimits usual = SharedLimits.DEFAULT;
        try {
            SslContext turn = TurnTls.streams(parts.turn().identity().keys());
            return new SharedPort.Settings(
                    new SharedTls(
                            parts.options()::clientTls,
                            () -> turn,
                            new CertificateNames(
                                    parts.turn().identity()::now, parts.keys().keys(), parts.turn()::reached)),
                    takers(parts),
                    from -> config.turn().proxies().stream().anyMatch(network -> network.contains(from)),
                    new SharedLimits(usual.undecided(), config.limits().unauthenticatedPerAddress(), usual.decision()));
        } catch (SSLException unusable) {
            throw new StartException(
                    "TLS cannot be spoken with clients of the relay: " + unusable.getMessage(), unusable);
        }
    }

    private static Takers takers(Parts parts) {
        return new Takers() {
            @Override
            public boolean xmpp(Channel channel, InetSocketAddress peer) {
                return parts.xmpp().adopt(channel, peer);
            }

            @Override
            public @Nullable CompletionStage<Void> turn(Channel channel, RelayServer.Adopted whose) {
                return parts.turn().adopt(channel, whose);
            }
        };
    }

    private void meter() {
        meters.add(Gauge.builder(
                        "shared.undecided",
                        ports,
                        all -> all.stream().mapToInt(SharedPort::undecided).sum())
                .register(registry));
        for (StreamCounters.Event event : ARRIVALS) {
            meter(event, port -> port.arrivals().total(event));
        }
        for (SharedCounters.Event event : SharedCounters.Event.values()) {
            meter(event, port -> port.counters().total(event));
        }
    }

    private void meter(Enum<?> event, ToLongFunction<SharedPort> counter) {
        meters.add(FunctionCounter.builder(
                        "shared.connections",
                        ports,
                        all -> all.stream().mapToLong(counter).sum())
                .tag("event", event.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .register(registry));
    }

    /** Closes the port; connections that XMPP or the relay has taken end with them. */
    @Override
    public void close() {
        ports.forEach(SharedPort::close);
        meters.forEach(registry::remove);
    }
}
