package org.trestle.deploy.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Measures every workload on every server, one server after the other in each round, and writes what came out. */
public final class Rounds {
    private final PrintStream out;

    /** {@code out} is told each figure as it is measured. */
    public Rounds(PrintStream out) {
        this.out = out;
    }

    /** A server that fails a workload is left out of it in that round, with the reason said. */
    public <C extends Contender> Results run(List<C> servers, List<? extends Workload<? super C>> workloads, int rounds)
            throws IOException {
        Results results = new Results();
        for (int round = 1; round <= rounds; round++) {
            for (C server : servers) {
                out.printf("round %d of %d: %s%n", round, rounds, server.name());
                try {
                    server.start();
                    for (Workload<? super C> workload : workloads) {
                        if (workload.fresh() && round > 1) {
                            continue;
                        }
                        if (workload.fresh()) {
                            server.stop();
                            server.start();
                        }
                        measure(server, workload, results);
                    }
                } finally {
                    server.stop();
                }
            }
        }
        return results;
    }

    private <C extends Contender> void measure(C server, Workload<? super C> workload, Results results) {
        try {
            Workload.Sample sample = workload.run(server);
            results.add(server, workload, sample);
            out.printf(
                    "  %-44s %8s %s  %s%n",
                    workload.title(), Results.number(sample.value()), workload.unit(), sample.note());
        } catch (IOException failed) {
            out.printf("  %-44s failed: %s%n", workload.title(), failed.getMessage());
        }
    }

    /**
     * Writes {@code NAME.md} and {@code NAME.svg}.
     *
     * @param preface what the reader must know of how it was measured, in Markdown
     */
    public static void write(Path directory, String name, String title, String preface, Results results)
            throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name + ".svg"), Bars.svg(title, results));
        Files.writeString(
                directory.resolve(name + ".md"),
                "# " + title + "\n\n" + preface + "\n\n![" + title + "](" + name + ".svg)\n\n" + results.table());
    }
}
