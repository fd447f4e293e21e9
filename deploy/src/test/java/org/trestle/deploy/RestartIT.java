package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What is on disk comes back; what is not is fetched from the others; nobody is listed twice. */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(400)
final class RestartIT {
    private static final Pattern SELF = Pattern.compile("\"self\"\\s*:\\s*\"([0-9a-f]{16})\"");

    private TestCluster cluster;
    private String secret1 = "";

    @BeforeAll
    @Timeout(400)
    void form() throws IOException {
        cluster = TestCluster.onLoopback();
        cluster.form();
        cluster.addUser("alice", "alice's password");
        secret1 = cluster.addBridge("cb1");
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    @Test
    @Order(1)
    void killingAllNodesLosesNothing() throws Exception {
        List<String> users = users();
        String identity = identity(cluster.node(2));
        for (NodeProcess node : cluster.nodes()) {
            node.kill();
        }
        startAll();
        assertEquals(users, users());
        assertEquals(identity, identity(cluster.node(2)), "a node's identity is kept with its log");
        works();
    }

    @Test
    @Order(2)
    void stoppingAllNodesInOrderLosesNothing() throws Exception {
        List<String> users = users();
        for (NodeProcess node : cluster.nodes()) {
            node.stop();
            assertEquals(List.of(), openToOthers(node.directory()), "only its owner may read what a node wrote");
        }
        startAll();
        assertEquals(users, users());
        works();
    }

    @Test
    @Timeout(900) // 30 s on a machine of two processors that has nothing else to do
    @Order(3)
    void tenThousandUsersAreImportedAndKnownEverywhere() throws Exception {
        StringBuilder csv = new StringBuilder("jid,password\n");
        for (int i = 0; i < 10_000; i++) {
            csv.append("user")
                    .append(i)
                    .append("@trestle.test,password-")
                    .append(i)
                    .append('\n');
        }
        String report = cluster.node(2).typeWith(csv.toString(), "xmpp", "user", "import", "-");
        assertTrue(report.contains("10000") || report.contains("10,000"), report);
        for (NodeProcess node : cluster.nodes()) {
            Await.untilTrue(
                    Await.SOON,
                    () -> node + " knows all",
                    () -> node.list("xmpp", "user", "list")
                                    .lines()
                                    .filter(line -> line.startsWith("user"))
                                    .count()
                            == 10_000);
        }
        TestClient.login(cluster.node(3), "user9999", "password-9999", "r").close();
    }

    @Test
    @Order(4)
    void aNodeWithoutItsDiskJoinsAgainAndReplacesItself() throws Exception {
        NodeProcess wiped = cluster.follower();
        NodeProcess member = cluster.leader();
        String before = identity(wiped);
        wiped.kill();
        TestCluster.delete(wiped.directory());
        Files.createDirectories(wiped.directory());
        Await.untilTrue(
                Await.SOON,
                () -> "the others see it down: " + cluster.status(member),
                () -> cluster.status(member).contains("2 of 3 up"));
        wiped.start();
        wiped.awaitConsole();
        cluster.join(wiped, member);
        cluster.awaitWhole();
        assertNotEquals(before, identity(wiped), "an identity does not outlive its log");
        for (NodeProcess node : cluster.nodes()) {
            List<String> peers = TestCluster.peers(cluster.status(node));
            assertEquals(3, peers.stream().distinct().count(), "nobody twice: " + peers);
            assertEquals(3, peers.size(), "no ghosts: " + peers);
        }
        works();
        TestClient.login(wiped, "user42", "password-42", "r").close();
    }

    private void startAll() throws IOException {
        for (NodeProcess node : cluster.nodes()) {
            node.start();
        }
        cluster.nodes().forEach(NodeProcess::awaitConsole);
        cluster.awaitWhole();
    }

    /** The files in a stopped node's directory that somebody else than their owner may read or write. */
    private static List<Path> openToOthers(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(RestartIT::openFile)
                    .toList();
        }
    }

    private static boolean openFile(Path file) {
        try {
            return Files.getPosixFilePermissions(file).stream()
                    .anyMatch(permission -> !permission.name().startsWith("OWNER"));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private void works() throws Exception {
        try (TestClient alice = TestClient.login(cluster.node(1), "alice", "alice's password", "r");
                TestComponent cb1 = TestComponent.connect(cluster.components(3), "cb1.trestle.test", secret1)) {
            cb1.message(alice.jid(), "m", "still here");
            alice.awaitBody("still here");
        }
    }

    private List<String> users() {
        return cluster.node(1).list("xmpp", "user", "list").lines().toList();
    }

    private static String identity(NodeProcess node) {
        Matcher self = SELF.matcher(node.type("xmpp", "cluster", "status", "--json"));
        assertTrue(self.find());
        return self.group(1);
    }
}
