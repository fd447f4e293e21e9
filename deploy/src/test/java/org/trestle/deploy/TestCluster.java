package org.trestle.deploy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Three nodes, formed into a cluster with the operator's commands. */
final class TestCluster implements AutoCloseable {
    static final String DOMAIN = "trestle.test";

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern TOKEN = Pattern.compile("trestle-[A-Za-z0-9_-]+");
    private static final Pattern SECRET = Pattern.compile("Secret *: *(\\S+)");
    private static final Pattern PEER = Pattern.compile("(?m)^\\S+:\\d+( \\(Leader\\))?$");

    private final Path directory;
    private final List<NodeProcess> nodes;

    private TestCluster(Path directory, List<NodeProcess> nodes) {
        this.directory = directory;
        this.nodes = List.copyOf(nodes);
    }

    /** Nodes on 127.0.0.1 to 127.0.0.3, with ports that are free. */
    static TestCluster onLoopback() throws IOException {
        int base = freeBase(List.of("127.0.0.1", "127.0.0.2", "127.0.0.3"));
        return of(base, i -> "127.0.0." + i, i -> List.of());
    }

    /** Nodes 1 to 3; {@code wrapper} is put before the command of a node's process. */
    static TestCluster of(int base, IntFunction<String> address, IntFunction<List<String>> wrapper) throws IOException {
        Path directory = Files.createTempDirectory("trestle-it-"); // short: a socket's name has 107 characters
        List<NodeProcess> nodes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            nodes.add(
                    new NodeProcess(directory.resolve("n" + i), "node" + i, address.apply(i), base, wrapper.apply(i)));
        }
        return new TestCluster(directory, nodes);
    }

    NodeProcess node(int number) {
        return nodes.get(number - 1);
    }

    List<NodeProcess> nodes() {
        return nodes;
    }

    /** Starts the nodes and makes them one cluster that serves the domain. */
    void form() throws IOException {
        for (NodeProcess node : nodes) {
            node.start();
        }
        nodes.forEach(NodeProcess::awaitConsole);
        node(1).type("xmpp", "domain", DOMAIN);
        node(1).type("xmpp", "cluster", "initialize");
        join(node(2), node(1), "--force"); // two voters on the way to three
        join(node(3), node(1));
        awaitWhole();
    }

    void join(NodeProcess newcomer, NodeProcess member, String... options) {
        Matcher token = TOKEN.matcher(member.type("xmpp", "cluster", "invite"));
        if (!token.find()) {
            throw new AssertionError("no token in the answer to invite");
        }
        String target = member.address() + ":" + member.clusterPort();
        List<String> words = new ArrayList<>(List.of("xmpp", "cluster", "join", target, token.group()));
        words.addAll(List.of(options));
        newcomer.type(words.toArray(String[]::new));
    }

    /** Waits until every node serves and sees three of three up, three peers, and one leader. */
    void awaitWhole() {
        for (NodeProcess node : nodes) {
            Await.untilTrue(LIMIT, () -> node + " sees three: " + status(node) + node.tail(), () -> {
                String status = status(node);
                return status.matches("(?s)State: (LEADER|FOLLOWER)\n.*")
                        && status.contains("3 of 3 up")
                        && status.contains("(Leader)")
                        && peers(status).size() == 3;
            });
        }
    }

    /** The peers' lines of {@code xmpp cluster status}. */
    static List<String> peers(String status) {
        return PEER.matcher(status).results().map(line -> line.group()).toList();
    }

    String status(NodeProcess node) {
        AdminSocket.Answer answer = node.ask("xmpp", "cluster", "status");
        return answer == null ? "no answer" : answer.text();
    }

    NodeProcess leader() {
        return Await.until(LIMIT, () -> "a leader", this::leaderNow);
    }

    /** Some node that does not lead. */
    NodeProcess follower() {
        NodeProcess leader = leader();
        return nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    }

    @Nullable
    NodeProcess leaderNow() {
        return nodes.stream()
                .filter(node -> node.alive() && node.state().equals("LEADER"))
                .findFirst()
                .orElse(null);
    }

    /** A leader among the others, without asking {@code except}, which may be frozen. */
    NodeProcess leaderExcept(NodeProcess except, Duration limit) {
        return Await.until(
                limit,
                () -> "another leader than " + except,
                () -> nodes.stream()
                        .filter(node ->
                                node != except && node.alive() && node.state().equals("LEADER"))
                        .findFirst()
                        .orElse(null));
    }

    void addUser(String name, String password) {
        node(2).typeWith(password + "\n", "xmpp", "user", "add", name + "@" + DOMAIN, "--password-file", "-");
    }

    /** Adds a call bridge on a node; returns its secret. */
    String addBridge(String name) {
        Matcher secret = SECRET.matcher(node(3).type("xmpp", "callbridge", "add", name));
        if (!secret.find()) {
            throw new AssertionError("no secret in the answer to callbridge add");
        }
        return secret.group(1);
    }

    InetSocketAddress components(int node) {
        return new InetSocketAddress(node(node).address(), node(node).componentPort());
    }

    @Override
    public void close() throws IOException {
        for (NodeProcess node : nodes) {
            try {
                if (node.alive()) {
                    node.kill();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (System.getProperty("trestle.keep") == null) {
            delete(directory);
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** The first of some ports that are free on all of these addresses. */
    static int freeBase(List<String> addresses) throws IOException {
        Random random = new Random();
        for (int attempt = 0; attempt < 50; attempt++) {
            int base = 20_000 + random.nextInt(1_500) * 8;
            if (free(addresses, base)) {
                return base;
            }
        }
        throw new IOException("no free ports between 20000 and 32000");
    }

    private static boolean free(List<String> addresses, int base) {
        for (String address : addresses) {
            for (int port = base; port < base + 6; port++) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress(address, port));
                } catch (IOException taken) {
                    return false;
                }
            }
        }
        return true;
    }
}
