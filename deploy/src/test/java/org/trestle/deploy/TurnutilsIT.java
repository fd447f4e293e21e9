package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another project's clients against the relay. They send with Send indications ({@code -s}): the channel numbers that this
 * release of them chooses, up to 0x7FFF, are those of RFC 5766, and most of them RFC 8656 forbids.
 */
final class TurnutilsIT {
    private static final String CLIENT = "turnutils_uclient";
    private static final String BINDING = "turnutils_stunclient";
    private static final int LIMIT_SECONDS = 120;

    @TempDir
    static Path directory;

    private static TurnProcess relay;

    @BeforeAll
    static void start() throws IOException {
        Programs.need(CLIENT, BINDING);
        relay = TurnProcess.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        if (relay != null) {
            relay.close();
        }
    }

    /** What the program says, until it ends or its time is up. */
    private static String run(List<String> command) {
        List<String> bounded = new ArrayList<>(List.of("timeout", "-s", "KILL", Integer.toString(LIMIT_SECONDS)));
        bounded.addAll(command);
        try {
            Process process =
                    new ProcessBuilder(bounded).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }

    private static List<String> client(String options, String user, String password) {
        List<String> command = new ArrayList<>(List.of(CLIENT));
        command.addAll(Arrays.stream(options.split(" "))
                .filter(option -> !option.isEmpty())
                .toList());
        int port = command.contains("-S") ? relay.tlsPort() : relay.port();
        command.addAll(List.of("-u", user, "-n", "1", "-m", "1", "-c", "-y", "-s", "-p", Integer.toString(port)));
        if (!command.contains("-W")) {
            command.addAll(List.of("-w", password));
        }
        command.add("127.0.0.1");
        return command;
    }

    /** The modes run side by side: most of their time is the client's own waiting. */
    @Test
    void relaysBetweenTwoClientsInEachMode() throws Exception {
        List<String> modes = new ArrayList<>(List.of("", "-t", "-t -S", "-T", "-N", "-W " + TurnProcess.KEY));
        if (relay.ipv6()) {
            modes.add("-x");
        }
        Map<String, CompletableFuture<String>> running = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(modes.size());
        try {
            for (String mode : modes) {
                running.put(
                        mode,
                        CompletableFuture.supplyAsync(
                                () -> run(client(mode, TurnProcess.USER, TurnProcess.PASSWORD)), threads));
            }
            for (var mode : running.entrySet()) {
                String said = mode.getValue().get(2 * LIMIT_SECONDS, TimeUnit.SECONDS);
                assertTrue(
                        said.contains("Total lost packets 0 "),
                        () -> "[" + mode.getKey() + "]\n" + said + "\n" + relay.output());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** This release of the client sends nothing over DTLS, so another program shows that the relay speaks it. */
    @Test
    void speaksDtls() throws Exception {
        Programs.need("openssl");
        String said = run(List.of("openssl", "s_client", "-dtls1_2", "-connect", "127.0.0.1:" + relay.tlsPort()));
        assertTrue(said.contains("DTLSv1.2"), () -> said + "\n" + relay.output());
    }

    @Test
    void refusesAndTellsTheOperatorWhy() throws Exception {
        String wrong = run(client("", TurnProcess.USER, "wrong"));
        assertFalse(wrong.contains("Total lost packets 0 "), wrong);
        relay.awaitLogged("user=\"bench\" cause=wrong-password code=401");
        String unknown = run(client("", "nobody", "secret"));
        assertFalse(unknown.contains("Total lost packets 0 "), unknown);
        relay.awaitLogged("user=\"nobody\" cause=unknown-user code=401");
        assertFalse(relay.output().contains(TurnProcess.KEY), "a key is in the log");
    }

    @Test
    void answersBindingRequests() throws Exception {
        assertBindingIsAnswered();
    }

    private static void assertBindingIsAnswered() throws Exception {
        String said = run(List.of(BINDING, "-p", Integer.toString(relay.port()), "127.0.0.1"));
        assertTrue(said.contains("reflexive addr: 127.0.0.1"), () -> said + "\n" + relay.output());
    }
}
