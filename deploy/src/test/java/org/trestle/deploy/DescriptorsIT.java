package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
@Timeout(400)
final class DescriptorsIT {
    private static final String EXHAUSTED = "no connection can be taken on .*:%d:";
    private static final String TAKEN_AGAIN = "connections are taken again on .*:%d$";

    /** Descriptors that are left to the node, and connections beyond them. */
    private static final int LEFT = 20;

    private static final int BEYOND = 20;

    private final Closing closing = new Closing();
    private Path directory;
    private NodeProcess node;

    @BeforeEach
    void start() throws IOException {
        directory = Files.createTempDirectory("trestle-it-");
        int base = TestCluster.freeBase(List.of("127.0.0.1"));
        node = new NodeProcess(directory.resolve("n1"), "node1", "127.0.0.1", base, List.of());
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
        List<Integer> open = descriptors();
        int highest = open.stream().mapToInt(Integer::intValue).max().orElseThrow();
        Shell.run("prlimit", "--pid", Long.toString(node.pid()), "--nofile=" + (highest + 1 + LEFT) + ":");

        List<Socket> silent = new ArrayList<>();
        int enough = highest + 1 - open.size() + LEFT + BEYOND;
        for (int i = 0; i < enough; i++) {
            silent.add(closing.add(new Socket(node.address(), node.clientPort())));
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
        // On a slow machine those who said nothing have gone by themselves and it begins anew: once for each time.
        Await.untilTrue(
                Await.SOON,
                () -> "each time is over:\n" + node.tail(),
                () -> logged(EXHAUSTED) == logged(TAKEN_AGAIN));
        assertTrue(logged(EXHAUSTED) <= enough / LEFT + 1, () -> "said once each time:\n" + node.tail());
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

    private List<Integer> descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(node.pid()), "fd"))) {
            return files.map(file -> Integer.valueOf(file.getFileName().toString()))
                    .toList();
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
