package org.trestle.node.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client program as a process of its own against the server side. */
final class ConsoleTest {
    @TempDir
    Path directory;

    record Run(int exit, String out, String err) {}

    @Test
    void carriesArgumentsOutputAndExitCode() throws Exception {
        try (ConsoleServer server = ConsoleServer.open(directory, 2, (invocation, terminal) -> {
            terminal.out(invocation.program() + invocation.arguments() + "\n");
            terminal.err("progress\n");
            return 1;
        })) {
            assertEquals(
                    new Run(1, "xmpp[cluster, status, a b]\n", "progress\n"),
                    type(null, "xmpp", "cluster", "--node", directory.toString(), "status", "a b"));
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(directory.resolve("admin.sock")));
        }
        assertFalse(Files.exists(directory.resolve("admin.sock")));
    }

    @Test
    void clientReadsAndWritesFiles() throws Exception {
        Files.writeString(directory.resolve("bundle.pem"), "certificates");
        try (ConsoleServer server = ConsoleServer.open(directory, 2, files())) {
            Run run =
                    type("piped", "pki", "--node=" + directory, "bundle.pem", "-", "missing.pem", directory.toString());
            assertEquals(
                    "12\n5\nthere is no file missing.pem here\n" + directory + " is a directory, not a file\n",
                    run.out());
            assertEquals("made", Files.readString(directory.resolve("made.key")));
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(directory.resolve("made.key")));
            assertEquals(
                    "there is a file made.key already: remove it first, or take another name",
                    type(null, "pki", "--node=" + directory).err());
        }
    }

    private static Console files() {
        return (invocation, terminal) -> {
            for (String name : invocation.arguments()) {
                try {
                    terminal.out(terminal.file(name).length + "\n");
                } catch (ConsoleException refused) {
                    terminal.out(refused.getMessage() + "\n");
                }
            }
            try {
                terminal.write("made.key", "made".getBytes(StandardCharsets.UTF_8));
            } catch (ConsoleException refused) {
                terminal.err(String.valueOf(refused.getMessage()));
            }
            return 0;
        };
    }

    @Test
    void saysWhenThereIsNoTerminalToAskOn() throws Exception {
        try (ConsoleServer server = ConsoleServer.open(directory, 2, (invocation, terminal) -> {
            try {
                terminal.secret("Password: ");
            } catch (ConsoleException refused) {
                terminal.err(String.valueOf(refused.getMessage()));
            }
            return 1;
        })) {
            assertEquals(
                    "there is no terminal to ask on",
                    type("x", "xmpp", "--node=" + directory).err());
        }
    }

    @Test
    void saysWhenNoNodeRuns() throws Exception {
        assertEquals(
                new Run(
                        1,
                        "",
                        "xmpp: no node is running in " + directory
                                + " (no admin.sock): start it with \"trestle run\", or name another with --node DIR\n"),
                type(null, "xmpp", "status", "--node", directory.toString()));
        Run nowhere = type(null, "xmpp", "--node", directory + "/nowhere");
        assertTrue(nowhere.err().contains("there is no such directory"), nowhere.err());
        assertEquals(
                "xmpp: --node wants the data directory of a node after it\n",
                type(null, "xmpp", "--node").err());
    }

    @Test
    void helpsWithoutANode() throws Exception {
        for (Run run : List.of(
                type(null, "trestle", "--node", directory.toString()),
                type(null, "xmpp", "--node", directory.toString(), "help"),
                type(null, "pki", "--help", "--node", directory.toString()))) {
            assertEquals(0, run.exit());
            assertTrue(run.out().startsWith("trestle run"), run.out());
            assertTrue(run.out().contains("no node is running in " + directory), run.out());
        }
    }

    @Test
    void turnsAwayOneCommandTooMany() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        try (ConsoleServer server = ConsoleServer.open(directory, 1, (invocation, terminal) -> {
            running.countDown();
            try {
                finish.await(90, TimeUnit.SECONDS);
            } catch (InterruptedException stopped) {
                return 1;
            }
            return 0;
        })) {
            Process first = start(null, "xmpp", "--node=" + directory);
            assertTrue(running.await(90, TimeUnit.SECONDS));
            Run second = type(null, "xmpp", "--node=" + directory);
            finish.countDown();
            assertEquals(1, second.exit());
            assertTrue(second.err().startsWith("FAILURE: 1 console commands are running"), second.err());
            assertTrue(first.waitFor(90, TimeUnit.SECONDS));
            assertEquals(0, first.exitValue());
        }
    }

    @Test
    void refusesADirectoryWhoseNameIsTooLong() {
        Path deep = directory.resolve("x".repeat(110));
        assertThrows(ConsoleException.class, () -> ConsoleServer.open(deep, 1, (invocation, terminal) -> 0));
    }

    private Run type(@org.jspecify.annotations.Nullable String input, String... words)
            throws IOException, InterruptedException {
        Process process = start(input, words);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(90, TimeUnit.SECONDS));
        return new Run(process.exitValue(), out, err);
    }

    private Process start(@org.jspecify.annotations.Nullable String input, String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of(ConsoleClient.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                        .toString(),
                ConsoleClient.class.getName()));
        line.addAll(List.of(words));
        Process process = new ProcessBuilder(line).directory(directory.toFile()).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write((input == null ? "" : input).getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }
}
