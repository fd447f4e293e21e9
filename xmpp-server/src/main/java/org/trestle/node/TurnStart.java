package org.trestle.node;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.NodeRelay;
import org.trestle.node.turn.RelayAddresses;
import org.trestle.node.turn.RelayPlan;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.relay.Alternates;

/** What it takes to open a relay on this node: a plan of its addresses, ports that are free, the parts it shares. */
final class TurnStart {
    private static final Logger log = LoggerFactory.getLogger(TurnStart.class);

    /** How long a relay may take to start, stop or answer. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TurnService.Parts parts;
    private final TurnIdentity identity;
    private final RelayJournal journal;

    TurnStart(TurnService.Parts parts, TurnIdentity identity, RelayJournal journal) {
        this.parts = parts;
        this.identity = identity;
        this.journal = journal;
    }

    RelayPlan plan(TurnState now) throws ConsoleException {
        NodeConfig config = parts.config();
        NodeConfig.Listen listen = config.listen();
        RelayPlan plan = RelayAddresses.plan(
                config.turn(),
                now,
                listen.address(),
                config.node().client().host(),
                words -> Listening.of(words).addresses());
        if (listen.shared() == 0) {
            return plan;
        }
        if (listen.shared() == plan.tlsPort()) {
            throw new ConsoleException(
                    "port " + listen.shared()
                            + " takes TURN over TLS already, beside XMPP (trestle.listen.shared): choose another port for TLS alone");
        }
        return plan.withShared(
                listen.shared(), Listening.of(List.of(listen.address())).addresses());
    }

    /** Opens the relay that {@code now} asks for. */
    NodeRelay relay(TurnState now, String realm, Alternates alternates) throws ConsoleException {
        RelayPlan plan = plan(now);
        check(plan);
        NodeConfig.Listen listen = parts.config().listen();
        NodeRelay relay = await(NodeRelay.start(
                plan,
                new NodeRelay.Parts(
                        realm,
                        parts.tables()::book,
                        alternates,
                        journal,
                        identity.keys(),
                        Set.of(listen.client(), listen.component(), listen.cluster(), listen.shared()),
                        parts.relays()::relayedPorts)));
        TurnConfig config = parts.config().turn();
        log.info(
                "TURN relay on {} port {}{}, relayed ports {}-{}",
                plan.words(),
                plan.port(),
                plan.tlsPort() == 0 ? "" : ", TLS " + plan.tlsPort(),
                config.relayPorts().first(),
                config.relayPorts().last());
        return relay;
    }

    /** Whether all ports are free; the words say who has one. */
    static void check(RelayPlan plan) throws ConsoleException {
        List<Ports.Port> ports = new ArrayList<>();
        for (InetAddress address : plan.listen()) {
            ports.add(new Ports.Port("TURN", address, plan.port(), "trestle.turn.port"));
            if (plan.tlsPort() != 0 && plan.tlsPort() != plan.port()) {
                ports.add(new Ports.Port("TURN over TLS", address, plan.tlsPort(), "trestle.turn.tls-port"));
            }
        }
        try {
            Ports.check(ports);
            Ports.checkDatagrams(ports);
        } catch (StartException taken) {
            throw new ConsoleException(String.valueOf(taken.getMessage()), taken);
        }
    }

    /** Waits for the relay, on a thread that may block. */
    static <T> T await(CompletionStage<T> stage) throws ConsoleException {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new ConsoleException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        } catch (TimeoutException late) {
            throw new ConsoleException(
                    "the relay did not answer within " + PATIENCE.toSeconds() + " s; type \"turn restart\"", late);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ConsoleException("this node is stopping", stopping);
        }
    }
}
