package org.trestle.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One node: a process of the distribution with a data directory of its own. It is more patient than a node is by default: on
 * a machine that does nothing for some seconds, which those that run tests for many do, a lease of two seconds rightly ends,
 * and every stream with it.
 */
final class NodeProcess {
    static final Path DISTRIBUTION = Path.of(System.getProperty("trestle.distribution", "target/trestle"))
            .toAbsolutePath();

    private static final Duration START_LIMIT = Duration.ofSeconds(180);
    private static final Pattern STATE = Pattern.compile("\"state\"\\s*:\\s*\"([^\"]*)\"");
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Path directory;
    private final String name;
    private final String address;
    private final int base;
    private final List<String> wrapper;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private volatile @Nullable Process process;

    /** {@code base}: the clients' port; components are on the next one, the other nodes on the one after that, then the relay, and what it shares with clients. */
    NodeProcess(Path directory, String name, String address, int base, List<String> wrapper) {
        this.directory = directory;
        this.name = name;
        this.address = address;
        this.base = base;
        this.wrapper = List.copyOf(wrapper);
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    int clientPort() {
        return base;
    }

    int componentPort() {
        return base + 1;
    }

    int clusterPort() {
        return base + 2;
    }

    /** The relay's; TLS is on the next one. */
    int turnPort() {
        return base + 3;
    }

    /** Of clients and of the relay together. */
    int sharedPort() {
        return base + 5;
    }

    Path directory() {
        return directory;
    }

    void start() throws IOException {
        Files.createDirectories(directory);
        Path config = directory.resolveSibling(name + ".conf");
        Files.writeString(config, """
                trestle {
                  data = "%s"
                  node.name = %s
                  listen { address = %s, client = %d, component = %d, cluster = %d, shared = %d }
                  turn { port = %d, tls-port = %d, peers.loopback = true }
                  components.plain-networks = ["127.0.0.0/8", "10.0.0.0/8"]
                  cluster { election = 2 s, lease = 10 s, submit = 30 s }
                }
                """.formatted(
                        directory,
                        name,
                        address,
                        clientPort(),
                        componentPort(),
                        clusterPort(),
                        sharedPort(),
                        turnPort(),
                        turnPort() + 1));
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(DISTRIBUTION.resolve("bin/trestle").toString(), "run", "--config", config.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TRESTLE_JAVA_OPTS", "-Xmx192m -XX:+UseSerialGC");
        Process started = builder.start();
        RUNNING.add(started);
        process = started;
        Thread pump = new Thread(() -> pump(started), name + "-output");
        pump.setDaemon(true);
        pump.start();
    }

    /** Waits until the console answers. */
    void awaitConsole() {
        Await.untilTrue(START_LIMIT, () -> name + " answers; it says:\n" + tail(), () -> {
            if (!alive()) {
                throw new AssertionError(name + " ended:\n" + tail());
            }
            AdminSocket.Answer answer = ask("xmpp", "cluster", "status");
            return answer != null && answer.succeeded();
        });
    }

    boolean alive() {
        Process started = process;
        return started != null && started.isAlive();
    }

    /** Of its process, which must run. */
    long pid() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return started.pid();
    }

    /** Null when the node does not answer. */
    AdminSocket.@Nullable Answer ask(String... words) {
        return AdminSocket.ask(directory, "", words);
    }

    /** Types a command that must succeed; returns what it said. */
    String type(String... words) {
        return typeWith("", words);
    }

    /** Types a command that lists what the cluster has; again when the node says that it could not ask the others. */
    String list(String... words) {
        return Await.until(Await.SOON, () -> name + " lists what all know: " + ask(words), () -> {
            String said = type(words);
            return said.contains("this is what it knew last") ? null : said;
        });
    }

    /** As {@link #type}, with {@code input} for what the command asks for. */
    String typeWith(String input, String... words) {
        AdminSocket.Answer answer = AdminSocket.ask(directory, input, words);
        if (answer == null || !answer.succeeded()) {
            throw new AssertionError(
                    name + "$ " + String.join(" ", words) + "\n" + (answer == null ? "no answer" : answer.text()));
        }
        return answer.text();
    }

    /** What {@code xmpp cluster status} says as its state, or "GONE". */
    String state() {
        AdminSocket.Answer answer = ask("xmpp", "cluster", "status", "--json");
        Matcher state = STATE.matcher(answer == null ? "" : answer.text());
        return state.find() ? state.group(1) : "GONE";
    }

    /** Everything it has written to its output that matches, in order. */
    List<String> logged(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return lines.stream().filter(line -> pattern.matcher(line).find()).toList();
    }

    String awaitLogged(String regex, Duration limit) {
        return Await.until(limit, () -> name + " logs " + regex + "; it says:\n" + tail(), () -> {
            List<String> found = logged(regex);
            return found.isEmpty() ? null : found.get(found.size() - 1);
        });
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        end(true);
    }

    /** SIGTERM. */
    void stop() throws InterruptedException {
        end(false);
    }

    /** SIGSTOP: the process is there and does nothing. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    String tail() {
        int from = Math.max(0, lines.size() - 40);
        return String.join("\n", lines.subList(from, lines.size()));
    }

    private void end(boolean force) throws InterruptedException {
        Process started = process;
        if (started == null) {
            return;
        }
        if (force) {
            started.destroyForcibly();
        } else {
            started.destroy();
        }
        if (!started.waitFor(60, TimeUnit.SECONDS)) {
            started.destroyForcibly();
            throw new AssertionError(name + " does not end:\n" + tail());
        }
        RUNNING.remove(started);
        process = null;
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Shell.run("sh", "-c", "kill -" + signal + " " + pid()); // the program of this name is not everywhere
    }

    private void pump(Process started) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            Path log = directory.resolveSibling(name + ".log");
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException ended) {
            lines.add("(output ended: " + ended.getMessage() + ")");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
