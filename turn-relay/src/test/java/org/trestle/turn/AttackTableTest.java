package org.trestle.turn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of attacks in the documentation names tests, and they exist. */
final class AttackTableTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    @Test
    void everyRowNamesATestThatExists() throws IOException {
        Map<String, String> sources = sources();
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "turn-attacks.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| attack"))
                .toList();
        assertTrue(rows.size() >= 20, rows.size() + " rows");
        for (String row : rows) {
            Matcher named = NAMED.matcher(row);
            assertTrue(named.find(), "no test in: " + row);
            do {
                String source = sources.getOrDefault(named.group(1), "");
                assertTrue(source.contains(" void " + named.group(2) + "("), named.group() + " is no test");
            } while (named.find());
        }
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
                String name = file.getFileName().toString();
                sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
            }
        }
        return sources;
    }
}
