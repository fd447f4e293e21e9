package org.trestle.node.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.node.config.ConfigFile;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.pki.SelfSigned;
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.journal.RelayUsage;
import org.trestle.turn.probe.ProbeLogin;
import org.trestle.turn.probe.ProbeTarget;
import org.trestle.turn.probe.ProbeTarget.Way;
import org.trestle.turn.probe.ProbeVerdict;
import org.trestle.turn.probe.ProbeVerdict.Outcome;
import org.trestle.turn.probe.RelayProbe;
import org.trestle.turn.relay.Alternates;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.relay.RelayCounters.Count;

/** A relay as a node runs it, and the probe's verdicts about it. */
@EnabledOnOs(OS.LINUX)
final class NodeRelayTest {
    private static final long SECONDS = 30;

    /** A slow machine is not a lost packet: requests are given five seconds before the first repetition. */
    private static final int PATIENCE = 20;

    private static final ProbeLogin LOGIN = new ProbeLogin("bench", "secret");

    @TempDir
    Path directory;

    private final RelayJournal journal = new RelayJournal(System::currentTimeMillis);
    private NodeRelay relay;

    @BeforeEach
    void start() throws Exception {
        TurnConfig config = ConfigFile.load(
                        Files.writeString(directory.resolve("turn.conf"), """
                                trestle.turn {
                                  listen = ["127.0.0.1"]
                                  port = %d
                                  tls-port = null
                                  users = ["bench:secret"]
                                  relay-ports = "31000-31999"
                                  quotas.allocations-per-user = 2
                                  quotas.allocations-per-address = 3
                                }
                                """.formatted(freePort())), directory)
                .turn();
        ServerKeys keys = new ServerKeys(
                new SelfSigned(directory, new SecureRandom()).identity(List.of("127.0.0.1"), Instant.now()));
        CredentialBook book = CredentialBook.of(config.users());
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        relay = NodeRelay.start(
                        RelayAddresses.plan(
                                config, TurnState.AS_CONFIGURED, "0.0.0.0", "127.0.0.1", words -> List.of(loopback)),
                        new NodeRelay.Parts(
                                "trestle", () -> book, Alternates.NONE, journal, keys, Set.of(5222), List::of))
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        relay.stop("the test is over").toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aPublicAddressStandsForOneOfItsFamily() {
        RelayPlan plan = relay.plan();
        TurnState outside = TurnState.AS_CONFIGURED.withPublicAddress("2001:db8::9");
        String refusal = String.valueOf(assertThrows(
                        ConsoleException.class,
                        () -> RelayAddresses.plan(
                                plan.config(), outside, "0.0.0.0", "127.0.0.1", words -> plan.listen()))
                .getMessage());
        assertTrue(refusal.startsWith("the relay has no IPv6 address that 2001:db8::9 could stand for"), refusal);
    }

    private static int freePort() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        while (true) {
            try (DatagramSocket datagrams = new DatagramSocket(0, loopback);
                    ServerSocket stream = new ServerSocket()) {
                stream.bind(new InetSocketAddress(loopback, datagrams.getLocalPort()));
                return datagrams.getLocalPort();
            } catch (java.net.BindException taken) {
                continue;
            }
        }
    }

    private ProbeTarget target(Way way) {
        return new ProbeTarget(
                "node1", new InetSocketAddress("127.0.0.1", relay.plan().port()), way);
    }

    private ProbeVerdict probe(ProbeLogin login, Way way) {
        return new RelayProbe(login, new SecureRandom(), PATIENCE).run(target(way), target(way));
    }

    @Test
    void relaysOverEachTransportOnOnePort() throws Exception {
        for (Way way : List.of(Way.TCP, Way.TLS)) {
            ProbeVerdict verdict = probe(LOGIN, way);
            assertEquals(Outcome.RELAYED, verdict.outcome(), verdict.words());
        }
        RelayUsage usage = relay.usage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        assertTrue(usage.count(Count.PACKETS_TO_PEER) >= 4, usage::toString);
        assertTrue(usage.count(Count.BYTES_TO_CLIENT) >= 4 * 32, usage::toString);
        assertEquals("static user", journal.keys().keySet().iterator().next());
    }

    @Test
    void relaysOverUdp() {
        ProbeVerdict verdict = probe(LOGIN, Way.UDP);
        assertEquals(Outcome.RELAYED, verdict.outcome(), verdict.words());
    }

    @Test
    void aRefusalHasItsCodeOnTheWireAndItsCauseInTheJournal() {
        ProbeVerdict wrong = probe(new ProbeLogin("bench", "another"), Way.TCP);
        assertEquals(Outcome.REFUSED, wrong.outcome(), wrong.words());
        assertEquals(401, wrong.code());
        assertEquals(Refusal.WRONG_PASSWORD, journal.refusals().get(0).cause());
        ProbeVerdict unknown = probe(new ProbeLogin("nobody", "secret"), Way.TCP);
        assertEquals(401, unknown.code());
        assertTrue(journal.refusals().stream().anyMatch(line -> line.cause() == Refusal.UNKNOWN_USER));
    }

    /** A firewall that lets everything through but what peers answer. */
    @Test
    void aReplyThatIsLostIsToldFromAPacketThatNeverArrives() throws Exception {
        try (DeafWay deaf = new DeafWay(target(Way.UDP).address())) {
            ProbeTarget behind = new ProbeTarget("node1", deaf.address(), Way.UDP);
            ProbeVerdict verdict = new RelayProbe(LOGIN, new SecureRandom(), 4).run(behind, target(Way.TCP));
            assertEquals(Outcome.REPLY_LOST, verdict.outcome(), verdict.words());
            assertTrue(verdict.words().startsWith("reply lost: packets go from "), verdict.words());
        }
    }

    @Test
    void nothingAnswersAtAClosedPort() throws Exception {
        ProbeTarget closed = new ProbeTarget("node9", new InetSocketAddress("127.0.0.1", freePort()), Way.TCP);
        ProbeVerdict verdict = new RelayProbe(LOGIN, new SecureRandom(), PATIENCE).run(closed, target(Way.TCP));
        assertEquals(Outcome.NOTHING_ARRIVED, verdict.outcome(), verdict.words());
        assertTrue(verdict.words().contains("node9"), verdict.words());
    }
}
