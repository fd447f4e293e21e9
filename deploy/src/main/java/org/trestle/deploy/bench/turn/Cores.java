package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.trestle.deploy.bench.ServerProcess;

/** Gives servers a processor core of their own, where there are two. */
final class Cores {
    private static final boolean PINNED = Runtime.getRuntime().availableProcessors() > 1
            && (Files.isExecutable(Path.of("/usr/bin/taskset")) || Files.isExecutable(Path.of("/bin/taskset")));

    private Cores() {}

    /** A server on the first core. */
    static ProcessBuilder first(String... command) {
        List<String> words = new ArrayList<>(PINNED ? List.of("taskset", "-c", "0") : List.of());
        words.addAll(List.of(command));
        return new ProcessBuilder(words);
    }

    /** Moves this process to the other cores. */
    static void makeRoom() throws IOException {
        if (PINNED) {
            int last = Runtime.getRuntime().availableProcessors() - 1;
            String self = Long.toString(ProcessHandle.current().pid());
            ServerProcess.run(new ProcessBuilder("taskset", "-a", "-c", "-p", "1-" + last, self), "");
        }
    }
}
