package org.trestle.turn;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table of attacks in the documentation names tests; they exist, and they run. */
final class AttackTableTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

    @Test
    void everyRowNamesATestThatRuns() throws Exception {
        Map<String, Class<?>> classes = classes();
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "turn-attacks.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| attack"))
                .toList();
        assertTrue(rows.size() >= 20, rows.size() + " rows");
        for (String row : rows) {
            Matcher named = NAMED.matcher(row);
            assertTrue(named.find(), "no test in: " + row);
            do {
                if (named.group(1).endsWith("IT")) {
                    assertTrue(isOfDeploy(named.group(1), named.group(2)), named.group() + " is no test of deploy");
                    continue;
                }
                Class<?> tests = classes.get(named.group(1));
                assertNotNull(tests, named.group() + ": there is no such class");
                assertTrue(runs(tests, named.group(2)), named.group() + " is no test that runs");
            } while (named.find());
        }
    }

    private static boolean runs(Class<?> tests, String name) {
        return !tests.isAnnotationPresent(Disabled.class)
                && Arrays.stream(tests.getDeclaredMethods())
                        .filter(method -> method.getName().equals(name))
                        .filter(method -> !method.isAnnotationPresent(Disabled.class))
                        .anyMatch(method -> Stream.of(Test.class, ParameterizedTest.class, FuzzTest.class)
                                .anyMatch(method::isAnnotationPresent));
    }

    private static boolean isOfDeploy(String tests, String name) throws IOException {
        Path source = Path.of("..", "deploy", "src", "test", "java", "org", "trestle", "deploy", tests + ".java");
        return Files.exists(source) && Files.readString(source).contains("    @Test\n    void " + name + "(");
    }

    private static Map<String, Class<?>> classes() throws IOException, ClassNotFoundException {
        Map<String, Class<?>> classes = new HashMap<>();
        Path root = Path.of("src", "test", "java");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
                String name = file.getFileName().toString();
                String path = root.relativize(file).toString();
                String full =
                        path.substring(0, path.length() - ".java".length()).replace('/', '.');
                classes.put(name.substring(0, name.length() - ".java".length()), Class.forName(full));
            }
        }
        return classes;
    }
}
