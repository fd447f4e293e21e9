package org.trestle.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short programs. */
final class Shell {

    /** What a program said, both streams together. */
    record Result(int exit, String text) {}

    private Shell() {}

    /** Runs a program that must succeed; returns what it said. */
    static String run(String... command) throws IOException, InterruptedException {
        Result result = tried(command);
        if (result.exit() != 0) {
            throw new IOException(String.join(" ", command) + " exits with " + result.exit() + ": " + result.text());
        }
        return result.text();
    }

    static Result tried(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " does not end");
        }
        return new Result(process.exitValue(), text);
    }
}
