package org.trestle.deploy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Programs of other projects that tests run when this machine has them. */
final class Programs {
    private Programs() {}

    static boolean has(String name) {
        String path = System.getenv("PATH");
        return path != null
                && Arrays.stream(path.split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /** Skips the test, with the reason, when one is missing. */
    static void need(String... names) {
        for (String name : names) {
            Assumptions.assumeTrue(has(name), name + " is not on this machine (.ci/run installs it)");
        }
    }
}
