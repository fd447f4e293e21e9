package org.trestle.deploy.bridge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node that says of itself that it leads.
 *
 * @param directory the node's data directory
 */
record Leader(Path directory, String node, long term) {
    private static final Pattern STATE = Pattern.compile("\"state\"\\s*:\\s*\"LEADER\"");
    private static final Pattern TERM = Pattern.compile("\"term\"\\s*:\\s*(\\d+)");

    /** The leader in that data directory, or null when the node there does not lead, or does not run. */
    static @Nullable Leader ask(Path directory) {
        String answer;
        try {
            answer = Console.ask(directory, "cluster", "status", "--json").text();
        } catch (IOException notThere) {
            return null;
        }
        Matcher term = TERM.matcher(answer);
        if (!STATE.matcher(answer).find() || !term.find()) {
            return null;
        }
        return new Leader(directory, String.valueOf(directory.getFileName()), Long.parseLong(term.group(1)));
    }
}
