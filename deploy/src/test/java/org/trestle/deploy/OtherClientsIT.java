package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.roster.Roster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;

/** Clients that people use, which are not Smack: one in a terminal, one in JavaScript. */
@TestInstance(Lifecycle.PER_CLASS)
final class OtherClientsIT {
    private static final Path SCRIPTS = Path.of("src/test/javascript").toAbsolutePath();

    private TestCluster cluster;

    @BeforeAll
    @Timeout(400)
    void form() throws IOException {
        cluster = TestCluster.onLoopback();
        cluster.form();
        cluster.addUser("alice", "alice's password");
        cluster.addUser("bob", "bob's password");
        cluster.addUser("carol", "carol's password");
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    /** Says back what it is told, and tells others what it is asked to. */
    private static void answer(TestClient bob) {
        Roster.getInstanceFor(bob.connection()).setSubscriptionMode(Roster.SubscriptionMode.accept_all);
        bob.connection()
                .addSyncStanzaListener(
                        stanza -> {
                            if (!(stanza instanceof Message message) || message.getBody() == null) {
                                return;
                            }
                            String said = message.getBody();
                            if (said.startsWith("tell ")) {
                                say(bob, jid(said.substring("tell ".length())), "a secret");
                                say(bob, message.getFrom(), "you said: told");
                            } else {
                                say(bob, message.getFrom(), "you said: " + said);
                            }
                        },
                        stanza -> stanza instanceof Message);
    }

    private static Jid jid(String text) {
        try {
            return JidCreate.from(text);
        } catch (XmppStringprepException notOne) {
            throw new IllegalArgumentException(notOne);
        }
    }

    private static void say(TestClient from, Jid to, String body) {
        try {
            from.connection()
                    .sendStanza(StanzaBuilder.buildMessage()
                            .to(to)
                            .ofType(Message.Type.chat)
                            .setBody(body)
                            .build());
        } catch (NotConnectedException | InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
    }

    @Test
    @Timeout(240)
    void inJavaScript() throws Exception {
        assumeTrue(
                Files.isDirectory(SCRIPTS.resolve("node_modules/@xmpp/client")),
                "skipped: @xmpp/client is not installed (npm ci in deploy/src/test/javascript)");
        try (TestClient bob = TestClient.login(cluster.node(2), "bob", "bob's password", "desk")) {
            answer(bob);
            NodeProcess node = cluster.node(1);
            ProcessBuilder builder = new ProcessBuilder(
                            "node",
                            "conversation.mjs",
                            node.address(),
                            Integer.toString(node.clientPort()),
                            TestCluster.DOMAIN,
                            "carol",
                            "bob@" + TestCluster.DOMAIN)
                    .directory(SCRIPTS.toFile())
                    .redirectErrorStream(true);
            builder.environment().put("PASSWORD", "carol's password");
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            List<String> steps = output.lines()
                    .filter(line -> line.startsWith("OK "))
                    .map(line -> line.split(" ")[1])
                    .toList();
            assertEquals(
                    List.of("login", "roster", "subscription", "message", "carbon", "resumption", "end"),
                    steps,
                    output);
        }
    }

    @Test
    @Timeout(400)
    void inATerminal() throws Exception {
        assumeTrue(Profanity.installed(), "skipped: profanity or script is not installed");
        Path home = Files.createTempDirectory("trestle-terminal-");
        try (TestClient bob = TestClient.login(cluster.node(2), "bob", "bob's password", "desk");
                TestClient phone = TestClient.login(cluster.node(3), "alice", "alice's password", "phone");
                Profanity terminal = Profanity.start(home, cluster.node(1), "alice", "alice's password")) {
            answer(bob);
            terminal.awaitReceived("jabber:iq:roster");
            terminal.type("/carbons on");
            terminal.awaitSent("urn:xmpp:carbons:2");
            terminal.type("/roster add bob@" + TestCluster.DOMAIN + " Robert");
            terminal.awaitReceived("name=['\"]Robert['\"]");
            terminal.type("/sub request bob@" + TestCluster.DOMAIN);
            terminal.awaitReceived("subscription=['\"](to|both)['\"]");
            terminal.awaitReceived("<presence [^>]*from=['\"]bob@" + TestCluster.DOMAIN + "/desk");
            terminal.type("/msg bob@" + TestCluster.DOMAIN + " typed in a terminal");
            bob.awaitBody("typed in a terminal");
            terminal.awaitReceived("you said: typed in a terminal");
            phone.message("bob@" + TestCluster.DOMAIN, "from the phone");
            terminal.awaitReceived("<sent xmlns=['\"]urn:xmpp:carbons:2['\"].*from the phone");
            terminal.type("/quit");
            terminal.awaitEnd();
        } finally {
            TestCluster.delete(home);
        }
    }
}
