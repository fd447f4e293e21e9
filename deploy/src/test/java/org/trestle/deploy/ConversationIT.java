package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.sasl.SASLErrorException;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.turn.probe.ProbeTarget;
import org.trestle.turn.probe.ProbeVerdict;
import org.trestle.turn.probe.RelayProbe;

/** People and call bridges on different nodes of a healthy cluster. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(240)
final class ConversationIT {
    private static final String ALICE = "alice@trestle.test";

    private TestCluster cluster;
    private String secret1 = "";
    private String secret2 = "";
    private final Closing closing = new Closing();

    @BeforeAll
    @Timeout(400)
    void form() throws IOException {
        cluster = TestCluster.onLoopback();
        cluster.form();
        cluster.addUser("alice", "alice's password");
        cluster.addUser("bob", "bob's password");
        secret1 = cluster.addBridge("cb1");
        secret2 = cluster.addBridge("cb2");
    }

    @AfterEach
    void closeStreams() {
        closing.close();
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({"1, SCRAM-SHA-1", "2, SCRAM-SHA-1", "3, SCRAM-SHA-1", "2, PLAIN"})
    void peopleLogInOnEveryNode(int node, String mechanism) throws Exception {
        TestClient alice =
                closing.add(TestClient.login(cluster.node(node), "alice", "alice's password", "r" + node, mechanism));
        assertTrue(alice.connection().isSecureConnection(), "STARTTLS");
        assertEquals(mechanism, alice.connection().getUsedSaslMechansism());
        assertEquals(ALICE + "/r" + node, alice.jid());
    }

    @Test
    void onePortServesALoginAndACall() throws Exception {
        NodeProcess node = cluster.node(1);
        TestClient alice =
                closing.add(TestClient.loginOnSharedPort(node, "alice", "alice's password", "behind-a-firewall"));
        TestClient bob = closing.add(TestClient.login(cluster.node(2), "bob", "bob's password", "desk"));
        alice.message(bob.jid(), "over the shared port");
        bob.awaitBody("over the shared port");
        Relays.Service relay = Relays.of(alice).awaitSecured(node.address(), node.sharedPort());
        ProbeTarget target =
                new ProbeTarget(node.name(), new InetSocketAddress(relay.host(), relay.port()), ProbeTarget.Way.TLS);
        ProbeVerdict verdict = new RelayProbe(relay.login(), new SecureRandom(), 80).run(target, target);
        assertEquals(ProbeVerdict.Outcome.RELAYED, verdict.outcome(), verdict.words());
        assertTrue(node.type("turn").contains("Shared port"), () -> node.type("turn"));
        if (Programs.has("turnutils_uclient")) {
            node.typeWith("bench's password\n", "turn", "credentials", "add", "bench", "--password-file", "-");
            List<String> command = List.of(
                    "timeout",
                    "-s",
                    "KILL",
                    "120",
                    "turnutils_uclient",
                    "-t",
                    "-S",
                    "-u",
                    "bench",
                    "-w",
                    "bench's password",
                    "-n",
                    "1",
                    "-m",
                    "1",
                    "-c",
                    "-y",
                    "-s",
                    "-p",
                    String.valueOf(relay.port()),
                    relay.host());
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(said.contains("Total lost packets 0 "), said);
        }
    }

    @Test
    void aLoginCanBeBoundToTheChannel() throws Exception {
        for (NodeProcess node : cluster.nodes()) {
            BoundLogin bound = closing.add(BoundLogin.connect(node));
            String end = bound.login("alice", "alice's password", bound.certificate());
            assertTrue(end.contains("</success>"), end);
        }
        BoundLogin elsewhere = closing.add(BoundLogin.connect(cluster.node(1)));
        String end = elsewhere.login("alice", "alice's password", new byte[] {1, 2, 3});
        assertTrue(end.contains("<not-authorized/>") && end.contains("ends the TLS"), end);
    }

    @Test
    void withoutStarttlsNothingIsOffered() throws Exception {
        try (Socket socket =
                new Socket(cluster.node(1).address(), cluster.node(1).clientPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' to='trestle.test'"
                                    + " xmlns:stream='http://etherx.jabber.org/streams'>")
                            .getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (!answer.toString().contains("</stream:features>")) {
                int count = socket.getInputStream().read(buffer);
                assertTrue(count > 0, "the stream ends: " + answer);
                answer.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
            assertTrue(answer.toString().contains("<required"), answer.toString());
            assertFalse(answer.toString().contains("<mechanism>"), answer.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "nobody"})
    void aWrongPasswordAndAnUnknownUserLookTheSame(String user) {
        SASLErrorException refusal = assertThrows(
                SASLErrorException.class, () -> TestClient.login(cluster.node(2), user, "wrong", "r", "SCRAM-SHA-1"));
        assertEquals("not-authorized", refusal.getSASLFailure().getSASLErrorString());
    }

    @Test
    void aPasswordThatIsChangedCountsOnAllNodesAtOnce() throws Exception {
        cluster.addUser("carol", "first");
        closing.add(TestClient.login(cluster.node(3), "carol", "first", "r"));
        cluster.node(1).typeWith("second\n", "xmpp", "user", "passwd", "carol@trestle.test", "--password-file", "-");
        for (NodeProcess node : cluster.nodes()) {
            closing.add(TestClient.login(node, "carol", "second", "r-" + node));
            assertThrows(SASLErrorException.class, () -> TestClient.login(node, "carol", "first", "old"));
        }
    }

    @Test
    void messagesGoBetweenPeopleOnDifferentNodes() throws Exception {
        TestClient alice = closing.add(TestClient.login(cluster.node(1), "alice", "alice's password", "one"));
        TestClient bob = closing.add(TestClient.login(cluster.node(3), "bob", "bob's password", "three"));
        alice.message(bob.jid(), "to the full Jid");
        Message received = bob.awaitBody("to the full Jid");
        assertEquals(alice.jid(), String.valueOf(received.getFrom()));
        bob.message(ALICE, "to the bare Jid");
        alice.awaitBody("to the bare Jid");
        for (int i = 0; i < 200; i++) {
            alice.message(bob.jid(), "number " + i);
        }
        bob.awaitBody("number 199");
        for (int i = 0; i < 200; i++) {
            assertEquals(1, bob.count("number " + i), "each once");
        }
    }

    @Test
    void aMessageToNobodyComesBackAsAnError() throws Exception {
        TestClient alice = closing.add(TestClient.login(cluster.node(1), "alice", "alice's password", "one"));
        alice.message("nobody@trestle.test", "hello?");
        Message error = alice.await("an error", Message.class, message -> message.getType() == Message.Type.error);
        assertEquals("service-unavailable", String.valueOf(error.getError().getCondition()));
    }

    @Test
    void queriesAreAnsweredAcrossNodes() throws Exception {
        TestClient alice = closing.add(TestClient.login(cluster.node(1), "alice", "alice's password", "one"));
        TestClient bob = closing.add(TestClient.login(cluster.node(2), "bob", "bob's password", "two"));
        IQ result = alice.connection().sendIqRequestAndWaitForResponse(new Ping(TestClient.jid(bob.jid())));
        assertEquals(bob.jid(), String.valueOf(result.getFrom()));
        TestComponent cb1 = closing.add(bridge(3, "cb1", secret1));
        cb1.onStanza(stanza -> answer(cb1, stanza));
        IQ fromBridge =
                alice.connection().sendIqRequestAndWaitForResponse(new Ping(TestClient.jid("cb1.trestle.test")));
        assertEquals("cb1.trestle.test", String.valueOf(fromBridge.getFrom()));
        cb1.send("<iq type='get' id='q1' from='x@cb1.trestle.test' to='" + alice.jid()
                + "'><ping xmlns='urn:xmpp:ping'/></iq>");
        TestComponent.Received answer = cb1.await("an answer", stanza -> "q1".equals(stanza.id()));
        assertEquals("result", answer.type());
    }

    @Test
    void presenceIsDirectedAndEndsWithTheSession() throws Exception {
        TestClient alice = closing.add(TestClient.login(cluster.node(1), "alice", "alice's password", "one"));
        TestClient bob = closing.add(TestClient.login(cluster.node(2), "bob", "bob's password", "two"));
        alice.presence(bob.jid(), Presence.Type.available);
        String from = alice.jid();
        bob.await(
                "available",
                Presence.class,
                presence -> presence.isAvailable() && from.equals(String.valueOf(presence.getFrom())));
        alice.cut();
        bob.await(
                "unavailable",
                Presence.class,
                presence -> presence.getType() == Presence.Type.unavailable
                        && from.equals(String.valueOf(presence.getFrom())));
    }

    @Test
    void bridgesTalkToEachOtherAndToPeopleAndHearNothingElse() throws Exception {
        TestClient alice = closing.add(TestClient.login(cluster.node(1), "alice", "alice's password", "one"));
        TestComponent cb1 = closing.add(bridge(2, "cb1", secret1));
        TestComponent cb2 = closing.add(bridge(2, "cb2", secret2)); // the same port of the same node
        cb1.message("cb2.trestle.test", "m1", "bridge to bridge");
        assertEquals("cb1.trestle.test", cb2.awaitText("bridge to bridge").from());
        alice.message("conference@cb1.trestle.test", "person to bridge");
        TestComponent.Received atBridge = cb1.awaitText("person to bridge");
        assertEquals("conference@cb1.trestle.test", atBridge.to());
        cb2.send("<message from='somebody@cb2.trestle.test/x' to='" + alice.jid() + "'><body>bridge to person</body>"
                + "</message>");
        assertEquals(
                "somebody@cb2.trestle.test/x",
                String.valueOf(alice.awaitBody("bridge to person").getFrom()));
        assertEquals(1, cb1.received().size(), "only what is its own: " + cb1.received());
        assertEquals(1, cb2.received().size(), "only what is its own: " + cb2.received());
    }

    @Test
    void aBridgeSpeaksForItsOwnDomainOnly() throws Exception {
        TestComponent cb1 = closing.add(bridge(1, "cb1", secret1));
        cb1.send("<message from='cb2.trestle.test' to='" + ALICE + "'><body>forged</body></message>");
        assertTrue(cb1.awaitEnd(Await.SOON).startsWith("invalid-from"), cb1.awaitEnd(Await.SOON));
    }

    @Test
    void theSameJidLogsInElsewhereAndLosesNothingSentAfterwards() throws Exception {
        TestClient bob = closing.add(TestClient.login(cluster.node(3), "bob", "bob's password", "three"));
        TestClient before = closing.add(TestClient.login(cluster.node(1), "alice", "alice's password", "mobile"));
        TestClient after = closing.add(TestClient.login(cluster.node(2), "alice", "alice's password", "mobile"));
        assertEquals(before.jid(), after.jid());
        assertTrue(before.awaitEnd(Await.SOON).contains("conflict"), before.awaitEnd(Await.SOON));
        for (int i = 0; i < 50; i++) {
            bob.message(after.jid(), "after the bind " + i);
        }
        after.awaitBody("after the bind 49");
        for (int i = 0; i < 50; i++) {
            assertEquals(1, after.count("after the bind " + i));
        }
    }

    @Test
    void anUncleanCloseAndANewLoginLoseNothingSentAfterwards() throws Exception {
        TestClient bob = closing.add(TestClient.login(cluster.node(3), "bob", "bob's password", "three"));
        for (int round = 0; round < 5; round++) {
            NodeProcess node = cluster.node(1 + round % 2);
            TestClient alice = closing.add(TestClient.login(node, "alice", "alice's password", "mobile"));
            String body = "round " + round;
            bob.message(alice.jid(), body);
            alice.awaitBody(body);
            alice.cut();
        }
    }

    @Test
    void theNewestConnectionOfABridgeIsActiveAndTheOlderOneStandsBy() throws Exception {
        String secret =
                cluster.addBridge("cb4"); // its own: what is sent again and again may come after this test's end
        TestComponent cb2 = closing.add(bridge(3, "cb2", secret2));
        TestComponent older = closing.add(bridge(1, "cb4", secret));
        TestComponent newer = closing.add(bridge(2, "cb4", secret));
        cb2.message("cb4.trestle.test", "m1", "first");
        newer.awaitText("first");
        assertTrue(older.open(), "the older one stands by");
        assertTrue(older.received().isEmpty(), "and receives nothing: " + older.received());
        newer.close();
        Await.untilTrue(Await.SOON, () -> "delivery moves to the standby", () -> {
            try {
                cb2.message("cb4.trestle.test", "m2", "second");
            } catch (IOException lost) {
                throw new AssertionError(lost);
            }
            return older.received().stream().anyMatch(stanza -> stanza.text().equals("second"));
        });
        assertTrue(
                cb2.received().stream().noneMatch(stanza -> "error".equals(stanza.type())),
                "without a bounce: " + cb2.received());
    }

    @Test
    void aWrongSecretIsRefusedAndTheLogNamesItsOwner() throws Exception {
        IOException refusal = assertThrows(IOException.class, () -> bridge(2, "cb1", secret2));
        assertTrue(String.valueOf(refusal.getMessage()).contains("not-authorized"), refusal.getMessage());
        String line = cluster.node(2).awaitLogged("is that of cb2", Await.SOON);
        assertTrue(
                line.matches(".*cb1 presented a secret whose fingerprint [0-9A-F]{2}-[0-9A-F]{2} is that of cb2"
                        + " \\(pasted in the wrong field\\).*"),
                line);
        assertThrows(IOException.class, () -> bridge(1, "cb1", "nobodys-Secret-7"));
        cluster.node(1).awaitLogged("cb1 presented a secret that no call bridge has", Await.SOON);
        for (NodeProcess node : cluster.nodes()) {
            List<String> leaks = node.logged(secret1 + "|" + secret2 + "|nobodys-Secret-7|alice's password");
            assertTrue(leaks.isEmpty(), "no secret in a log: " + leaks);
        }
    }

    @Test
    void aBridgeThatIsDeletedIsSentAway() throws Exception {
        String secret3 = cluster.addBridge("cb3");
        TestComponent cb3 = closing.add(bridge(1, "cb3", secret3));
        cluster.node(2).type("xmpp", "callbridge", "del", "cb3");
        cb3.awaitEnd(Await.SOON);
        assertThrows(IOException.class, () -> bridge(3, "cb3", secret3));
    }

    @Test
    void theConsoleIsAProgramToo() throws Exception {
        String program = NodeProcess.DISTRIBUTION.resolve("bin/xmpp").toString();
        String directory = cluster.node(1).directory().toString();
        String status = Shell.run(program, "--node", directory, "cluster", "status");
        assertEquals(3, TestCluster.peers(status).size(), status);
    }

    @Test
    void theSameListOfBridgesIsShownOnEveryNodeWithoutSecrets() {
        String list = cluster.node(1).list("xmpp", "callbridge", "list");
        assertTrue(list.contains("cb1") && list.contains("cb2"), list);
        assertFalse(list.contains(secret1) || list.contains(secret2), "fingerprints only");
        assertEquals(list, cluster.node(2).list("xmpp", "callbridge", "list"));
        assertEquals(list, cluster.node(3).list("xmpp", "callbridge", "list"));
    }

    private TestComponent bridge(int node, String name, String secret) throws IOException {
        return TestComponent.connect(cluster.components(node), name + "." + TestCluster.DOMAIN, secret);
    }

    private static void answer(TestComponent component, TestComponent.Received query) {
        if (!query.name().equals("iq") || !"get".equals(query.type())) {
            return;
        }
        try {
            component.send("<iq type='result' id='" + Objects.requireNonNull(query.id()) + "' from='" + query.to()
                    + "' to='" + query.from() + "'/>");
        } catch (IOException gone) {
            throw new IllegalStateException(gone);
        }
    }
}
