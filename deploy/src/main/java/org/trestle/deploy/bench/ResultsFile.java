package org.trestle.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Results as a file: a line for each fact, words with tabs between them. A workload's lines follow it.
 *
 * <pre>
 * fact      NAME    VALUE
 * server    NAME    RELEASE
 * workload  TITLE   UNIT
 * aim       SERVER  LIMIT   [OTHER SERVER]...
 * sample    SERVER  VALUE   NOTE
 * failed    SERVER  REASON
 * </pre>
 */
final class ResultsFile {
    private static final String FIRST = "# What was measured; the table and the picture beside it are made of this with"
            + " \"deploy/bench ... --redraw\".";

    private final Results results = new Results();
    private Results.@Nullable Row row;

    private ResultsFile() {}

    static void write(Path file, Results results) throws IOException {
        StringBuilder text = new StringBuilder(FIRST).append('\n');
        results.facts().forEach((name, value) -> line(text, "fact", name, value));
        results.versions().forEach((name, version) -> line(text, "server", name, version));
        for (Results.Row row : results.rows()) {
            line(text, "workload", row.title(), row.unit());
            for (Aim aim : row.aims()) {
                line(text, "aim", aim.server(), Double.toString(aim.share()), String.join("\t", aim.others()));
            }
            row.samples()
                    .forEach((server, samples) -> samples.forEach(
                            sample -> line(text, "sample", server, Double.toString(sample.value()), sample.note())));
            row.failures().forEach((server, why) -> line(text, "failed", server, why));
        }
        Files.writeString(file, text);
    }

    private static void line(StringBuilder text, String... words) {
        text.append(String.join("\t", words).replace('\n', ' ').stripTrailing()).append('\n');
    }

    /** Fails with the line that is wrong. */
    static Results read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        ResultsFile reader = new ResultsFile();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                reader.line(List.of(line.split("\t")));
            } catch (IllegalArgumentException | IndexOutOfBoundsException wrong) {
                throw new IOException(file + ", line " + (i + 1) + " is not understood: " + line, wrong);
            }
        }
        return reader.results;
    }

    private void line(List<String> words) {
        String name = words.get(1);
        String rest = words.size() > 2 ? words.get(2) : "";
        switch (words.get(0)) {
            case "fact" -> results.note(name, rest);
            case "server" -> results.takesPart(name, rest);
            case "workload" -> row = results.row(name, rest, new ArrayList<>());
            case "aim" -> row().aims().add(new Aim(name, Double.parseDouble(rest), words.subList(3, words.size())));
            case "sample" ->
                row().add(name, new Workload.Sample(Double.parseDouble(rest), words.size() > 3 ? words.get(3) : ""));
            case "failed" -> row().failures().put(name, rest);
            default -> throw new IllegalArgumentException(words.get(0));
        }
    }

    private Results.Row row() {
        Results.Row current = row;
        if (current == null) {
            throw new IllegalArgumentException("a workload comes first");
        }
        return current;
    }
}
