package org.trestle.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.shell.Invocation;
import org.trestle.node.shell.Terminal;

/**
 * The console's output, word for word: each file of {@code src/test/dialogues/console} is a session with a node. After
 * {@code $} stands what is typed, after {@code <} what is typed when the command asks, then what is shown; {@code !} stands
 * before a command that must fail, and {@code #} before what the node is told between commands. With
 * {@code -Dtrestle.golden=write} the files are written anew.
 */
final class DialoguesTest {
    private static final Path DIALOGUES = Path.of("src/test/dialogues/console");

    @TempDir
    Path data;

    @TestFactory
    Stream<DynamicTest> dialogues() throws IOException {
        try (Stream<Path> files = Files.list(DIALOGUES)) {
            return files.sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> replay(file)));
        }
    }

    private void replay(Path file) throws IOException {
        String expected = Files.readString(file);
        Path own = Files.createDirectory(data.resolve(file.getFileName()));
        FakeNode node = new FakeNode(own);
        Commands commands = Commands.of(node);
        StringBuilder actual = new StringBuilder();
        List<String> lines = expected.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("# ")) {
                separate(actual).append(line).append('\n');
                tell(node, own, line.substring(2));
            } else if (line.startsWith("$ ") || line.startsWith("! ")) {
                Deque<String> answers = new ArrayDeque<>();
                separate(actual).append(line).append('\n');
                while (i + 1 < lines.size() && lines.get(i + 1).startsWith("< ")) {
                    answers.add(lines.get(++i).substring(2));
                    actual.append(lines.get(i)).append('\n');
                }
                Recorder terminal = new Recorder(own, answers);
                int exit = commands.run(invocation(line.substring(2)), terminal);
                actual.append(terminal.shown.toString().replace(own.toString(), "/DATA"));
                assertEquals(line.startsWith("$") ? 0 : 1, exit, line + "\n" + terminal.shown);
            }
        }
        if (System.getProperty("trestle.golden", "").equals("write")) {
            Files.writeString(file, actual);
        } else {
            assertEquals(expected, actual.toString());
        }
    }

    private static StringBuilder separate(StringBuilder actual) {
        return actual.length() == 0 ? actual : actual.append('\n');
    }

    private static void tell(FakeNode node, Path data, String what) throws IOException {
        switch (what) {
            case "leader" -> node.status = FakeNode.three(org.trestle.cluster.api.Role.LEADER, FakeNode.SELF, true);
            case "follower" ->
                node.status = FakeNode.three(org.trestle.cluster.api.Role.FOLLOWER, FakeNode.SECOND, true);
            case "no quorum" ->
                node.status = FakeNode.three(org.trestle.cluster.api.Role.NO_QUORUM, FakeNode.SECOND, false);
            case "no leader" ->
                node.status = FakeNode.three(org.trestle.cluster.api.Role.NO_QUORUM, FakeNode.SECOND, true);
            case "three allocations" -> node.turn.allocations = 3;
            case "removed" -> node.status = FakeNode.removed();
            case "locked keys in the file area" -> {
                for (String name : List.of("pkcs8.key", "traditional.key")) {
                    try (InputStream key =
                            Objects.requireNonNull(DialoguesTest.class.getResourceAsStream("/keys/" + name))) {
                        Files.write(data.resolve("pki").resolve(name), key.readAllBytes());
                    }
                }
            }
            case "a file users.csv with a wrong line" ->
                Files.writeString(data.resolve("users.csv"), "carol@example.com,secret\nnobody\n");
            case "a file users.csv with wrong lines only" -> Files.writeString(data.resolve("users.csv"), "nobody\n");
            case "a file contacts.csv with a wrong line" ->
                Files.writeString(
                        data.resolve("contacts.csv"),
                        "bob@example.com,carol@example.com\nbob@example.com,nobody\nbob@example.com\n");
            default -> throw new IllegalArgumentException(what);
        }
    }

    /** Words by spaces; quotes keep some together. */
    private static Invocation invocation(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : (line + " ").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c != ' ' || quoted) {
                word.append(c);
            } else if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        return new Invocation(words.get(0), "/", words.subList(1, words.size()));
    }

    /** The operator's side. */
    private static final class Recorder implements Terminal {
        private final Path directory;
        private final Deque<String> answers;
        private final StringBuilder shown = new StringBuilder();

        Recorder(Path directory, Deque<String> answers) {
            this.directory = directory;
            this.answers = answers;
        }

        @Override
        public void out(String text) {
            shown.append(text);
        }

        @Override
        public void err(String text) {
            shown.append(text);
        }

        @Override
        public byte[] file(String name) throws IOException, ConsoleException {
            if (name.equals("-")) {
                return (answers.remove() + "\n").getBytes(StandardCharsets.UTF_8);
            }
            Path file = directory.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw new ConsoleException("there is no file " + name + " here");
            }
            return Files.readAllBytes(file);
        }

        @Override
        public String write(String name, byte[] content) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String secret(String prompt) throws ConsoleException {
            if (answers.isEmpty()) {
                throw new ConsoleException("there is no terminal to ask on");
            }
            shown.append(prompt).append('\n');
            return answers.remove();
        }
    }
}
