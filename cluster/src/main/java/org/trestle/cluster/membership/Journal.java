package org.trestle.cluster.membership;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one file that says which procedure this node is in the middle of, and how far it came. It holds no secret: what a
 * later step needs of those is beside the log.
 */
public final class Journal {

    /** What a node can be in the middle of. */
    public enum Kind {
        JOIN,
        LEAVE
    }

    /**
     * How far a procedure came: everything up to and including {@code done} is on disk.
     *
     * @param done the name of the last finished step
     * @param facts what later steps need
     */
    public record Entry(Kind kind, String done, Map<String, String> facts) {
        public Entry {
            facts = Map.copyOf(facts);
        }

        /** The same procedure, one step further. */
        public Entry after(String step) {
            return new Entry(kind, step, facts);
        }
    }

    private static final String FORMAT = "trestle-journal 1";

    private final Path file;

    /** The journal of the node whose data directory is {@code data}. */
    public Journal(Path data) {
        this.file = data.resolve("join").resolve("journal");
    }

    /** The unfinished procedure, or null when there is none. */
    public @Nullable Entry read() throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        String[] lines = Files.readString(file).split("\n", -1);
        if (lines.length < 4 || !lines[0].equals(FORMAT)) {
            throw new IOException(file + " is not a journal of this version; move it away to give the procedure up");
        }
        Map<String, String> facts = new TreeMap<>();
        for (int i = 3; i < lines.length && !lines[i].isEmpty(); i++) {
            int blank = lines[i].indexOf(' ');
            facts.put(lines[i].substring(0, blank), lines[i].substring(blank + 1));
        }
        return new Entry(Kind.valueOf(lines[1]), lines[2], facts);
    }

    /** Puts {@code entry} on disk before it returns. */
    public void write(Entry entry) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT)
                .append('\n')
                .append(entry.kind())
                .append('\n')
                .append(entry.done())
                .append('\n');
        new TreeMap<>(entry.facts()).forEach((name, value) -> {
            if (name.indexOf(' ') >= 0 || value.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("a fact is one word and one line: " + name);
            }
            text.append(name).append(' ').append(value).append('\n');
        });
        Durable.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The procedure is finished, or undone. */
    public void clear() throws IOException {
        if (Files.exists(file)) {
            Durable.delete(file);
        }
    }
}
