package org.trestle.deploy.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The program of a server: started, awaited, and ended with all that it has started itself. */
public final class ServerProcess {
    private static final int START_SECONDS = 60;
    private static final int END_SECONDS = 15;

    private @Nullable Process process;
    private @Nullable Path log;

    /** Starts it; what it says goes to the end of {@code log}. */
    public void start(ProcessBuilder builder, Path log) throws IOException {
        this.log = log;
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
    }

    /** Waits until it listens there; fails when it ended, or after a minute. */
    public void awaitPort(InetSocketAddress address) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address, 1000);
                return;
            } catch (IOException notYet) {
                if (process == null || ended(process, 100) || System.nanoTime() > until) {
                    throw new IOException("nobody listens on " + address + "; see " + log, notYet);
                }
            }
        }
    }

    /** SIGTERM, then SIGKILL, to it and to all that it started; nothing when it does not run. */
    public void stop() throws IOException {
        Process running = process;
        if (running == null) {
            return;
        }
        process = null;
        List<ProcessHandle> all = Stream.concat(running.descendants(), Stream.of(running.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        ended(running, TimeUnit.SECONDS.toMillis(END_SECONDS));
        all.forEach(ProcessHandle::destroyForcibly);
        ended(running, TimeUnit.SECONDS.toMillis(END_SECONDS));
    }

    /** Its number, while it runs. */
    public List<Long> ids() {
        return process == null ? List.of() : List.of(process.pid());
    }

    /** Runs a program that must succeed, with this input; returns what it said. */
    public static String run(ProcessBuilder builder, String input) throws IOException {
        Process program = builder.redirectErrorStream(true).start();
        String said = talk(program, input);
        if (!ended(program, TimeUnit.SECONDS.toMillis(START_SECONDS)) || program.exitValue() != 0) {
            throw new IOException(String.join(" ", builder.command()) + " failed: " + said);
        }
        return said;
    }

    private static String talk(Process program, String input) throws IOException {
        try (var in = program.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        return new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** What a program says of its options, however it ends after that; fails when it is not there. */
    public static String help(String program) throws IOException {
        return talk(
                new ProcessBuilder(program, "--help").redirectErrorStream(true).start(), "");
    }

    /** What a program says, or an empty text when it is not there or fails. */
    public static String says(String... command) {
        try {
            return run(new ProcessBuilder(command), "").strip();
        } catch (IOException missing) {
            return "";
        }
    }

    /** Waits so long at most; whether it has ended. */
    public static boolean ended(Process process, long millis) throws IOException {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** Makes a directory, empty even if it was there with something in it. */
    public static Path anew(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return Files.createDirectories(directory);
    }
}
