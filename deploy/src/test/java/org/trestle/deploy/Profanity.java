package org.trestle.deploy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The terminal client profanity, on a terminal of its own; what it sends and receives is read in its log. */
final class Profanity implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;

    private Profanity(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Whether it, and the program that gives it a terminal, are on this machine. */
    static boolean installed() {
        return Stream.of("profanity", "script")
                .allMatch(program -> Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program))));
    }

    /** Starts it, logged in. */
    static Profanity start(Path home, NodeProcess node, String user, String password) throws IOException {
        Path data = Files.createDirectories(home.resolve("data/profanity"));
        Files.createDirectories(home.resolve("config/profanity"));
        Files.writeString(data.resolve("accounts"), """
                [person]
                enabled=true
                jid=%s@%s
                server=%s
                port=%d
                password=%s
                resource=terminal
                tls.policy=trust
                presence.login=online
                """.formatted(
                        user, TestCluster.DOMAIN, node.address(), node.clientPort(), password));
        ProcessBuilder builder = new ProcessBuilder("script", "-qefc", "profanity -l DEBUG -a person", "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("screen").toFile());
        builder.environment()
                .putAll(Map.of(
                        "HOME", home.toString(),
                        "XDG_DATA_HOME", home.resolve("data").toString(),
                        "XDG_CONFIG_HOME", home.resolve("config").toString(),
                        "TERM", "xterm",
                        "LANG", "C.UTF-8"));
        return new Profanity(builder.start(), data.resolve("logs/profanity.log"));
    }

    void type(String command) throws IOException {
        OutputStream keys = process.getOutputStream();
        keys.write((command + "\r").getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    void awaitSent(String regex) {
        await("SENT", regex);
    }

    void awaitReceived(String regex) {
        await("RECV", regex);
    }

    private void await(String direction, String regex) {
        Pattern pattern = Pattern.compile(direction + ": .*" + regex);
        Await.untilTrue(
                LIMIT,
                () -> "profanity: " + pattern + "; its log:\n" + tail(),
                () -> lines().stream().anyMatch(line -> pattern.matcher(line).find()));
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("profanity does not end:\n" + tail());
        }
    }

    private List<String> lines() {
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException unreadable) {
            return List.of(unreadable.toString());
        }
    }

    private String tail() {
        List<String> lines = lines();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
