package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that may open no more files keeps serving those it has, says so, does not spin, and goes on when it can. */
@Timeout(600)
final class DescriptorsIT {
    private static final String EXHAUSTED = "no connection can be taken on .*:%d:";
    private static final String TAKEN_AGAIN = "connections are taken again on .*:%d$";

    /** What the node may open; when nobody is connected it needs less than half of that. */
    private static final int LIMIT = 500;

    /** Connections that it cannot take any more. */
    private static final int BEYOND = 20;

    /** As many connections come from one address: fewer than it may have that say nothing. */
    private static final int FROM_ONE_ADDRESS = 80;

    private final Closing closing = new Closing();
    private Path directory;
    private NodeProcess node;

    @BeforeEach
    void start() throws IOException {
        directory = Files.createTempDirectory("trestle-it-");
        int base = TestCluster.freeBase(List.of("127.0.0.1"));
        List<String> limited = List.of("sh", "-c", "ulimit -n " + LIMIT + " && exec \"$@\"", "sh");
        node = new NodeProcess(directory.resolve("n1"), "node1", "127.0.0.1", base, limited);
        node.start();
        node.awaitConsole();
        node.type("xmpp", "domain", TestCluster.DOMAIN);
        for (String name : List.of("alice", "bob", "carol")) {
            node.typeWith(
                    name + "'s\n", "xmpp", "user", "add", name + "@" + TestCluster.DOMAIN, "--password-file", "-");
        }
    }

    @AfterEach
    void stop() throws Exception {
        closing.close();
        node.kill();
        TestCluster.delete(directory);
    }

    @Test
    void whoeverIsConnectedIsServedWhenNothingMoreCanBeOpened() throws Exception {
        TestClient alice = closing.add(TestClient.login(node, "alice", "alice's", "a"));
        TestClient bob = closing.add(TestClient.login(node, "bob", "bob's", "b"));
        exchange(alice, bob, "before");
        int enough = LIMIT - descriptors() + BEYOND;
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < enough; i++) {
            Socket socket = closing.add(new Socket());
            silent.add(socket);
            socket.bind(new InetSocketAddress("127.0.1." + (1 + i / FROM_ONE_ADDRESS), 0));
            socket.connect(new InetSocketAddress(node.address(), node.clientPort()));
        }
        node.awaitLogged(EXHAUSTED.formatted(node.clientPort()), Await.SOON);

        exchange(alice, bob, "while nothing can be opened");
        awaitRest();
        assertTrue(node.alive());

        for (Socket socket : silent) {
            socket.close();
        }
        TestClient carol = closing.add(TestClient.login(node, "carol", "carol's", "c"));
        exchange(carol, bob, "afterwards");
        node.awaitLogged(TAKEN_AGAIN.formatted(node.clientPort()), Await.SOON);
        exchange(alice, bob, "still");
        // On a slow machine those who said nothing have gone by now, and it begins anew with each that takes a place.
        Await.untilTrue(
                Await.SOON, () -> "each time is over:\n" + node.tail(), () -> logged(EXHAUSTED) == logged(TAKEN_AGAIN));
        assertTrue(logged(EXHAUSTED) <= 2 * BEYOND, () -> "said once each time:\n" + node.tail());
    }

    private int logged(String words) {
        return node.logged(words.formatted(node.clientPort())).size();
    }

    private static void exchange(TestClient from, TestClient to, String body) throws Exception {
        from.message(to.jid(), body + " from " + from.jid());
        to.awaitBody(body + " from " + from.jid());
        to.message(from.jid(), body + " back");
        from.awaitBody(body + " back");
    }

    private int descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(node.pid()), "fd"))) {
            return (int) files.count();
        }
    }

    /** In some second soon the node uses less than half of a processor: whoever spins has no such second. */
    private void awaitRest() {
        long[] last = {System.nanoTime(), cpu().toNanos()};
        Await.untilTrue(Await.SOON, () -> "a second in which " + node.name() + " is quiet", () -> {
            long passed = System.nanoTime() - last[0];
            if (passed < Duration.ofSeconds(1).toNanos()) {
                return false;
            }
            long used = cpu().toNanos() - last[1];
            last[0] += passed;
            last[1] += used;
            return used < passed / 2;
        });
    }

    private Duration cpu() {
        return ProcessHandle.of(node.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }
}
