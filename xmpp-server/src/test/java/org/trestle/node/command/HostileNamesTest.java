package org.trestle.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.shell.Invocation;
import org.trestle.node.shell.Terminal;
import org.trestle.turn.credentials.StaticUser;

/** Names that would act on a terminal, in what every command shows; and names that are none. */
final class HostileNamesTest {
    private static final String NAME = "eve\nSUCCESS: x\u001b[2J\u202e\u009b";
    private static final String SHOWN = "eve\\nSUCCESS: x\\u001b[2J\\u202e\\u009b";

    @TempDir
    Path data;

    private Commands commands;
    private FakeNode node;

    @BeforeEach
    void open() throws Exception {
        node = new FakeNode(data);
        commands = Commands.of(node);
        run("turn", "credentials", "rotate");
    }

    private String run(String... words) throws Exception {
        Recorder terminal = new Recorder();
        commands.run(new Invocation(words[0], "/", List.of(words).subList(1, words.length)), terminal);
        return terminal.shown.toString();
    }

    private static void assertHarmless(String text) {
        assertEquals(
                text.replace("\n", "")
                        .codePoints()
                        .filter(Character::isISOControl)
                        .count(),
                0,
                text);
        assertTrue(text.indexOf('\u202e') < 0, text);
        assertTrue(text.lines().noneMatch(line -> line.startsWith("SUCCESS: x")), text);
    }

    /** Credentials name clients by their addresses in canonical form; whoever types another one means the same client. */
    @Test
    void areRevokedHoweverTheyAreWritten() throws Exception {
        assertTrue(run("turn", "credentials", "revoke", "Alice@Example.COM").contains("alice@example.com"));
        run("turn", "credentials", "revoke", "bob@example.com/phone");
        run("turn", "credentials", "revoke", "CB1.example.com");
        run("turn", "credentials", "revoke", "Expressway");
        assertEquals(
                Set.of(
                        "Alice@Example.COM",
                        "alice@example.com",
                        "bob@example.com/phone",
                        "bob@example.com",
                        "CB1.example.com",
                        "cb1.example.com",
                        "Expressway"),
                node.turn().shared().book().revoked().keySet());
    }

    @Test
    void areShownWithoutEffect() throws Exception {
        node.turn()
                .shared()
                .user(new StaticUser(NAME, "secret"))
                .toCompletableFuture()
                .get();
        List<String> said = new ArrayList<>(List.of(
                run("turn"),
                run("turn", "credentials", "list"),
                run("turn", "credentials", "revoke", NAME),
                run("turn", "credentials", "issue", NAME),
                run("turn", "credentials", "del", NAME),
                run("turn", "credentials", "revoke", NAME),
                run("turn", "credentials", "list"),
                run("xmpp", "user", "add", NAME),
                run("xmpp", "user", "del", NAME),
                run("xmpp", "callbridge", "add", NAME),
                run("xmpp", "multi_domain", "add", NAME),
                run("xmpp", NAME)));
        said.forEach(HostileNamesTest::assertHarmless);
        for (String text : said.subList(0, 7)) {
            assertTrue(text.contains(SHOWN), text);
        }
        String json = run("turn", "credentials", "list", "--json");
        assertHarmless(json);
        List<String> strings = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                strings.add(String.valueOf(parser.getText()));
            }
        }
        assertTrue(strings.contains(NAME), "the same name in JSON");
    }

    @Test
    void anEmptyNameIsNobody() throws Exception {
        for (String name : List.of("", " ")) {
            assertTrue(run("turn", "credentials", "issue", name).startsWith("FAILURE: the name is empty"));
            assertTrue(run("turn", "credentials", "revoke", name).startsWith("FAILURE: the name is empty"));
            assertTrue(run("turn", "credentials", name, "secret", "realm").startsWith("FAILURE: a user needs a name"));
            assertTrue(run("turn", "realm", name).startsWith("FAILURE: the realm is empty"));
        }
        assertTrue(run("turn", "credentials", "issue", "x".repeat(500)).startsWith("FAILURE: the name is too long"));
        assertTrue(run("turn", "realm", "a\u202eb").startsWith("FAILURE: the realm is empty, or has characters"));
    }

    private static final class Recorder implements Terminal {
        private final StringBuilder shown = new StringBuilder();

        @Override
        public void out(String text) {
            shown.append(text);
        }

        @Override
        public void err(String text) {
            shown.append(text);
        }

        @Override
        public byte[] file(String name) throws ConsoleException {
            throw new ConsoleException("there is no file " + name + " here");
        }

        @Override
        public String write(String name, byte[] content) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String secret(String prompt) throws ConsoleException {
            throw new ConsoleException("there is no terminal to ask on");
        }
    }
}
