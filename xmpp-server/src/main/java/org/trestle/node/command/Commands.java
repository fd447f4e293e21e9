package org.trestle.node.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.config.Words;
import org.trestle.node.shell.Console;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.shell.Invocation;
import org.trestle.node.shell.Terminal;
import org.trestle.turn.journal.Printable;

/** Finds the command in what was typed, runs it, and shows its answer. */
public final class Commands implements Console {
    private static final Logger log = LoggerFactory.getLogger(Commands.class);
    private static final String JSON = "--json";
    private static final String HELP = "--help";

    private final List<Verb> verbs;

    private Commands(List<Verb> verbs) {
        this.verbs = List.copyOf(verbs);
    }

    /** All commands of a node. */
    public static Commands of(NodeControl node) {
        List<Verb> verbs = new ArrayList<>();
        verbs.addAll(new XmppCommands(node).verbs());
        verbs.addAll(new DomainCommands(node).verbs());
        verbs.addAll(new CallBridgeCommands(node).verbs());
        verbs.addAll(new ClusterCommands(node).verbs());
        verbs.addAll(new UserCommands(node).verbs());
        verbs.addAll(new ContactCommands(node).verbs());
        verbs.addAll(new AdminCommands(node).verbs());
        verbs.addAll(new ServiceCommands(node).verbs());
        verbs.addAll(new PkiCommands(node).verbs());
        verbs.addAll(new TurnCommands(node).verbs());
        verbs.addAll(new TurnPlaceCommands(node).verbs());
        verbs.addAll(new TurnCredentialCommands(node).verbs());
        verbs.addAll(OtherCommands.verbs());
        return new Commands(verbs);
    }

    @Override
    public int run(Invocation invocation, Terminal terminal) throws IOException {
        boolean json = invocation.arguments().contains(JSON);
        Answer answer;
        try {
            answer = answer(invocation, terminal);
        } catch (ConsoleException refused) {
            answer = new Answer.Failed(String.valueOf(refused.getMessage()));
        } catch (RuntimeException ours) {
            // The last resort of a command: its operator hears of it, the log has all of it.
            log.error("console: {} failed unexpectedly", invocation.program(), ours);
            answer = new Answer.Failed("an unexpected failure, which the node's log has in full: " + ours);
        }
        terminal.out(json ? Printable.json(answer.json()) : Printable.lines(answer.text()));
        return answer.success() ? 0 : 1;
    }

    private Answer answer(Invocation invocation, Terminal terminal) throws ConsoleException, IOException {
        List<String> typed = new ArrayList<>();
        if (!invocation.program().equals("trestle")) {
            typed.add(invocation.program());
        }
        typed.addAll(invocation.arguments());
        typed.remove(JSON);
        boolean help = typed.removeAll(List.of(HELP, "-h"));
        int second = invocation.program().equals("trestle") ? 0 : 1;
        if (typed.size() > second && typed.get(second).equals("help")) {
            help = true;
            typed.remove(second);
        }
        if (typed.isEmpty() || typed.get(typed.size() - 1).equals("help")) {
            help = true;
            typed.remove("help");
        }
        Verb verb = find(typed);
        if (help) {
            return help(verb != null && verb.path().size() == typed.size() ? verb : null, typed);
        }
        if (verb == null) {
            throw unknown(typed);
        }
        return verb.action().run(request(verb, typed.subList(verb.path().size(), typed.size()), terminal));
    }

    /** The command with the most words of those that were typed; one without further words only when nothing else is. */
    private @Nullable Verb find(List<String> typed) {
        Verb found = null;
        for (Verb verb : verbs) {
            List<String> path = verb.path();
            if (path.size() > typed.size() || !typed.subList(0, path.size()).equals(path)) {
                continue;
            }
            boolean meant = path.size() == typed.size()
                    || verb.most() > 0
                    || next(path).isEmpty()
                    || typed.get(path.size()).startsWith("-");
            if (meant && (found == null || path.size() > found.path().size())) {
                found = verb;
            }
        }
        return found;
    }

    private static Request request(Verb verb, List<String> words, Terminal terminal) throws ConsoleException {
        List<String> arguments = new ArrayList<>();
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("--")) {
                arguments.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            if (!verb.options().contains(option)) {
                List<String> known = new ArrayList<>(verb.options());
                known.add(JSON);
                known.add(HELP);
                List<String> near = Words.near(option, known);
                throw new ConsoleException("there is no option " + option + "; "
                        + (near.isEmpty()
                                ? "usage: " + verb.line()
                                : "did you mean " + Words.alternatives(near) + "?"));
            }
            if (!verb.takesValue(option)) {
                options.put(option, "");
            } else if (equals >= 0) {
                options.put(option, word.substring(equals + 1));
            } else if (++i < words.size()) {
                options.put(option, words.get(i));
            } else {
                throw new ConsoleException(option + " wants a value after it; usage: " + verb.line());
            }
        }
        if (arguments.size() < verb.least()) {
            throw new ConsoleException("something is missing; usage: " + verb.line());
        }
        if (arguments.size() > verb.most()) {
            throw new ConsoleException("\"" + arguments.get(verb.most()) + "\" is too much; usage: " + verb.line());
        }
        return new Request(arguments, options, terminal);
    }

    private ConsoleException unknown(List<String> typed) {
        int depth = 0;
        while (depth < typed.size() && !next(typed.subList(0, depth + 1)).isEmpty()) {
            depth++;
        }
        List<String> known = List.copyOf(next(typed.subList(0, depth)));
        String before = String.join(" ", typed.subList(0, depth));
        if (depth == typed.size()) {
            return new ConsoleException("\"" + before + "\" wants a word after it: " + Words.alternatives(known));
        }
        String word = typed.get(depth);
        List<String> near = Words.near(word, known);
        String prefix = before.isEmpty() ? "" : before + " ";
        return new ConsoleException("there is no command \"" + prefix + word + "\"; "
                + (near.isEmpty()
                        ? "known here: " + String.join(", ", known)
                        : "did you mean "
                                + Words.alternatives(near.stream()
                                        .map(match -> "\"" + prefix + match + "\"")
                                        .toList())
                                + "?"));
    }

    /** The words that may follow. */
    private Set<String> next(List<String> words) {
        Set<String> next = new TreeSet<>();
        for (Verb verb : verbs) {
            List<String> path = verb.path();
            if (path.size() > words.size() && path.subList(0, words.size()).equals(words)) {
                next.add(path.get(words.size()));
            } else if (path.equals(words)) {
                next.add("");
            }
        }
        next.remove("");
        return next;
    }

    private Answer help(@Nullable Verb verb, List<String> typed) throws ConsoleException {
        List<Verb> shown = verbs.stream()
                .filter(candidate -> candidate.path().size() >= typed.size()
                        && candidate.path().subList(0, typed.size()).equals(typed))
                .toList();
        if (shown.isEmpty()) {
            Verb found = find(typed);
            if (found == null) {
                throw unknown(typed);
            }
            shown = List.of(found);
        }
        int width = shown.stream()
                .mapToInt(candidate -> candidate.line().length())
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        for (Verb candidate : shown) {
            text.append(candidate.line())
                    .append(" ".repeat(width - candidate.line().length() + 2))
                    .append(candidate.summary())
                    .append('\n');
        }
        if (verb == null || shown.size() > 1) {
            text.append("Every command takes --json, --help and --node DIR.\n");
        }
        return new Answer.Words(text.toString());
    }
}
