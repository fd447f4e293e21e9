package org.trestle.cluster.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where tests say what they measured. */
final class Measured {
    private Measured() {}

    static void note(String what, String value) {
        System.out.println("measured: " + what + ": " + value);
    }

    /** The result of killing leaders; a run with {@code -Dtrestle.measured=FILE} also writes it to that file. */
    static void kills(List<Long> outages, int acknowledged) {
        int count = outages.size();
        String text = String.format(
                "%d kills, first write after the kill: p50 %d ms, p95 %d ms, max %d ms; acknowledged %d, lost 0, twice 0",
                count, outages.get(count / 2), outages.get(count * 95 / 100), outages.get(count - 1), acknowledged);
        note("leader kills", text);
        String file = System.getProperty("trestle.measured");
        if (file != null) {
            try {
                Files.writeString(Path.of(file), """
                        # Leader kills

                        Three nodes in one process on a simulated network, real disk with fsync, three writers. The
                        leader is closed without warning and its connections are refused; a surviving node writes at
                        once; the old leader comes back from its disk.

                        Last run (JDK %s, %d processors): %s.

                        Repeat: `mvn -pl cluster test -Dtest=AtomixEngineTest -Dtrestle.kills=100 \
                        -Dtrestle.measured=../docs/measured/leader-kills.md`
                        """.formatted(
                        System.getProperty("java.version"), Runtime.getRuntime().availableProcessors(), text));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
