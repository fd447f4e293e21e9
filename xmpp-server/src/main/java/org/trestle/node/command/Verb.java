package org.trestle.node.command;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.trestle.node.shell.ConsoleException;

/**
 * One command.
 *
 * @param words what is typed, the program's name first: {@code xmpp cluster join}
 * @param usage what follows: {@code <address> [<token>] [--force]}; the arguments and options that it may have are read
 *     from here, so that help and behaviour cannot differ
 * @param summary one line of help
 */
record Verb(String words, String usage, String summary, Action action) {

    /** What a command does. */
    @FunctionalInterface
    interface Action {
        Answer run(Request request) throws ConsoleException, IOException;
    }

    List<String> path() {
        return List.of(words.split(" "));
    }

    /** The fewest arguments. */
    int least() {
        return (int) Arrays.stream(usage.split(" "))
                .filter(word -> word.startsWith("<"))
                .count();
    }

    /** The most arguments. */
    int most() {
        if (usage.contains("…")) {
            return Integer.MAX_VALUE;
        }
        return (int) Arrays.stream(usage.split(" "))
                .filter(word -> word.startsWith("<") || word.startsWith("[<"))
                .count();
    }

    /** The options, such as {@code --force}; with {@link #takesValue} some. */
    List<String> options() {
        return Arrays.stream(usage.split(" "))
                .filter(word -> word.startsWith("[--"))
                .map(word -> word.replace("[", "").replace("]", ""))
                .toList();
    }

    boolean takesValue(String option) {
        return usage.contains("[" + option + " ");
    }

    String line() {
        return usage.isEmpty() ? words : words + " " + usage;
    }
}
