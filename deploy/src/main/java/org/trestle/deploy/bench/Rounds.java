package org.trestle.deploy.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Measures every workload on every server, one server after the other in each round, and writes what came out. */
public final class Rounds {
    private static final int START_SECONDS = 5;
    private static final int REASON_LIMIT = 160;

    private final PrintStream out;
    private final long began = System.nanoTime();
    private int expected;
    private int passed;

    /** {@code out} is told each figure as it is measured. */
    public Rounds(PrintStream out) {
        this.out = out;
    }

    /** A server that fails a workload is left out of it in that round, with the reason said. */
    public <C extends Contender> Results run(List<C> servers, List<? extends Workload<? super C>> workloads, int rounds)
            throws IOException {
        Results results = new Results();
        results.note(Results.ROUNDS, rounds);
        for (C server : servers) {
            for (int round = 1; round <= rounds; round++) {
                expected += duration(server, workloads, round);
            }
        }
        out.printf("%s, about %s in all%n", rounds == 1 ? "one round" : rounds + " rounds", minutes(expected));
        for (int round = 1; round <= rounds; round++) {
            for (C server : servers) {
                if (duration(server, workloads, round) == 0) {
                    continue;
                }
                out.printf("round %d of %d: %s (%s)%n", round, rounds, server.name(), progress());
                round(server, workloads, round, results);
                passed += duration(server, workloads, round);
            }
        }
        out.printf("all measured after %s%n", minutes(elapsed()));
        return results;
    }

    private <C extends Contender> void round(
            C server, List<? extends Workload<? super C>> workloads, int round, Results results) throws IOException {
        boolean running = false;
        try {
            for (Workload<? super C> workload : workloads) {
                if (!takesPart(server, workload, round)) {
                    continue;
                }
                if (workload.fresh() || !running) {
                    running = started(server, workload, results);
                }
                if (running) {
                    measure(server, workload, results);
                }
            }
        } finally {
            server.stop();
        }
    }

    private <C extends Contender> boolean started(C server, Workload<? super C> workload, Results results)
            throws IOException {
        if (workload.fresh()) {
            server.stop();
        }
        try {
            server.start();
            return true;
        } catch (IOException failed) {
            failed(server, workload, results, failed);
            server.stop();
            return false;
        }
    }

    private <C extends Contender> void measure(C server, Workload<? super C> workload, Results results) {
        try {
            Workload.Sample sample = workload.run(server);
            results.add(server, workload, sample);
            out.printf(
                    "  %-44s %8s %s  %s%n",
                    workload.title(), Results.number(sample.value()), workload.unit(), sample.note());
        } catch (IOException failed) {
            failed(server, workload, results, failed);
        }
    }

    private <C extends Contender> void failed(
            C server, Workload<? super C> workload, Results results, IOException failed) {
        results.failed(server, workload, reason(failed));
        out.printf("  %-44s failed: %s%n", workload.title(), failed.getMessage());
    }

    private static <C extends Contender> boolean takesPart(C server, Workload<? super C> workload, int round) {
        return workload.suits(server) && (!workload.fresh() || round == 1);
    }

    private static <C extends Contender> int duration(
            C server, List<? extends Workload<? super C>> workloads, int round) {
        int seconds = 0;
        for (Workload<? super C> workload : workloads) {
            if (takesPart(server, workload, round)) {
                seconds += workload.seconds() + (workload.fresh() || seconds == 0 ? START_SECONDS : 0);
            }
        }
        return seconds;
    }

    private String progress() {
        return minutes(elapsed()) + " gone, about " + minutes(expected - passed) + " left";
    }

    private long elapsed() {
        return Duration.ofNanos(System.nanoTime() - began).toSeconds();
    }

    private static String minutes(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60);
    }

    /** One line that a table can bear. */
    private static String reason(IOException failed) {
        String said = String.valueOf(failed.getMessage()).replaceAll("[\\s|]+", " ");
        String plain = said.replace("&", "&amp;").replace("<", "&lt;");
        return plain.length() > REASON_LIMIT ? plain.substring(0, REASON_LIMIT) + " …" : plain;
    }

    /**
     * Writes {@code NAME.md} and {@code NAME.svg}, and {@code NAME.tsv}, of which both can be made again.
     *
     * @param preface what the reader must know of how it was measured, in Markdown
     */
    public static void write(Path directory, String name, String title, String preface, Results results)
            throws IOException {
        Files.createDirectories(directory);
        ResultsFile.write(directory.resolve(name + ".tsv"), results);
        Files.writeString(
                directory.resolve(name + ".svg"), Bars.picture(title, results).svg());
        Files.writeString(
                directory.resolve(name + ".md"),
                "# " + title + "\n\n" + preface + "\n\n![" + title + "](" + name + ".svg)\n\n" + results.table());
    }

    /** What {@link #write} has kept there. */
    public static Results read(Path directory, String name) throws IOException {
        return ResultsFile.read(directory.resolve(name + ".tsv"));
    }
}
