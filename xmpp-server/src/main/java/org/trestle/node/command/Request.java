package org.trestle.node.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.shell.Terminal;

/**
 * A command with its arguments.
 *
 * @param arguments what follows the command's words, options taken out
 * @param options option to value, or to the empty text when it takes none
 */
record Request(List<String> arguments, Map<String, String> options, Terminal terminal) {

    String argument(int index) {
        return arguments.get(index);
    }

    /** The argument, or null when fewer were given. */
    @Nullable
    String argumentOrNull(int index) {
        return index < arguments.size() ? arguments.get(index) : null;
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    @Nullable
    String option(String option) {
        return options.get(option);
    }

    /** Tells a step of a long command, beside the answer; an operator who has left is found out at the answer. */
    void progress(String step) {
        try {
            terminal.err(step + "\n");
        } catch (IOException gone) {
            return; // the command goes on: it may not stop in the middle because nobody watches
        }
    }

    /**
     * A secret: the first line of the file that {@code option} names ({@code -} is standard input), else asked for, twice
     * when {@code twice}.
     */
    String secret(String option, String what, boolean twice) throws IOException, ConsoleException {
        String file = option(option);
        if (file != null) {
            return firstLine(new String(terminal.file(file), StandardCharsets.UTF_8), what, file);
        }
        String first = ask("Enter " + what + ": ", option, what);
        if (first.isEmpty()) {
            throw new ConsoleException("the " + what + " is empty; nothing was changed");
        }
        if (twice && !first.equals(ask("Enter " + what + " again: ", option, what))) {
            throw new ConsoleException("the two are not the same; nothing was changed");
        }
        return first;
    }

    private String ask(String prompt, String option, String what) throws IOException, ConsoleException {
        try {
            return terminal.secret(prompt);
        } catch (ConsoleException refused) {
            throw new ConsoleException(
                    refused.getMessage() + " (" + option + " FILE reads the " + what + " from a file, " + option
                            + " - from standard input)",
                    refused);
        }
    }

    private static String firstLine(String text, String what, String file) throws ConsoleException {
        String line = text.lines().findFirst().orElse("");
        if (line.isEmpty()) {
            throw new ConsoleException("the " + what + " is empty: nothing in the first line of "
                    + (file.equals("-") ? "standard input" : file));
        }
        return line;
    }
}
