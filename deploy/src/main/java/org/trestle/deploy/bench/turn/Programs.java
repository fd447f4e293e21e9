package org.trestle.deploy.bench.turn;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts and ends the servers, each on a processor core of its own where there are two. */
final class Programs {
    private static final int START_SECONDS = 30;
    private static final int END_SECONDS = 10;
    private static final boolean PINNED = Runtime.getRuntime().availableProcessors() > 1
            && (Files.isExecutable(Path.of("/usr/bin/taskset")) || Files.isExecutable(Path.of("/bin/taskset")));

    private Programs() {}

    /** Starts a server on the first core. */
    static Process start(Path log, String... command) throws IOException {
        List<String> words = new ArrayList<>(PINNED ? List.of("taskset", "-c", "0") : List.of());
        words.addAll(Arrays.asList(command));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
    }

    /** Moves this process to the other cores. */
    static void makeRoom() throws IOException {
        if (PINNED) {
            int last = Runtime.getRuntime().availableProcessors() - 1;
            ended(
                    new ProcessBuilder(
                                    "taskset",
                                    "-a",
                                    "-c",
                                    "-p",
                                    "1-" + last,
                                    Long.toString(ProcessHandle.current().pid()))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start(),
                    5_000);
        }
    }

    /** Waits until somebody listens on TCP there. */
    static void awaitPort(Process process, InetSocketAddress address, Path log) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address, 1_000);
                return;
            } catch (IOException notYet) {
                if (ended(process, 100) || System.nanoTime() > until) {
                    throw new IOException("nobody listens on " + address + "; see " + log, notYet);
                }
            }
        }
    }

    static void end(Process process) throws IOException {
        process.destroy();
        if (!ended(process, TimeUnit.SECONDS.toMillis(END_SECONDS))) {
            process.destroyForcibly();
            ended(process, TimeUnit.SECONDS.toMillis(END_SECONDS));
        }
    }

    static boolean ended(Process process, long millis) throws IOException {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** What a program says, or an empty text when it is not there. */
    static String says(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        } catch (IOException missing) {
            return "";
        }
    }
}
