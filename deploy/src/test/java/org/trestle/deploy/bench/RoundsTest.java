package org.trestle.deploy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoundsTest {
    private final List<String> happened = new ArrayList<>();

    private final class Server implements Contender {
        private final String name;

        Server(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String version() {
            return "1.0";
        }

        @Override
        public void start() throws IOException {
            happened.add("start " + name);
            if (name.equals("dead")) {
                throw new IOException("no port");
            }
        }

        @Override
        public void stop() {
            happened.add("stop " + name);
        }

        @Override
        public List<Long> processes() {
            return List.of(ProcessHandle.current().pid());
        }
    }

    private static Workload<Contender> of(Iterator<Double> values, Aim... wanted) {
        List<Aim> aims = List.of(wanted);
        return new Workload<>() {
            @Override
            public String title() {
                return "chat";
            }

            @Override
            public String unit() {
                return "CPU µs/message";
            }

            @Override
            public Sample run(Contender server) throws IOException {
                if (server.name().equals("broken")) {
                    throw new IOException("two messages lost");
                }
                return new Sample(values.next(), "");
            }

            @Override
            public List<Aim> aims() {
                return aims;
            }
        };
    }

    @Test
    void roundsAreInterleavedAndTheMedianIsReported(@TempDir Path directory) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Results results = new Rounds(new PrintStream(said, true, StandardCharsets.UTF_8))
                .run(
                        List.of(new Server("a"), new Server("b")),
                        List.of(of(List.of(9.0, 40.0, 7.5, 44.0, 120.0, 42.0).iterator())),
                        3);
        assertEquals(List.of("start a", "stop a", "start b", "stop b"), happened.subList(0, 4), "one server at a time");
        assertEquals(12, happened.size());
        assertEquals("""
                | | a 1.0 | b 1.0 |
                |---|---|---|
                | chat, CPU µs/message | **9.00** (7.50 to 120) | **42.0** (40.0 to 44.0) |
                """, results.table());
        Rounds.write(directory, "chat", "Chat", "As measured.", results);
        assertEquals(3, results.rounds());
        assertTrue(Files.readString(directory.resolve("chat.md")).contains("![Chat](chat.svg)"));
        assertEquals(Bars.picture("Chat", results).svg(), Files.readString(directory.resolve("chat.svg")));
    }

    @Test
    void aServerThatFailsIsSaidAndStopsNothing() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Results results = new Rounds(new PrintStream(said, true, StandardCharsets.UTF_8))
                .run(
                        List.of(new Server("dead"), new Server("broken"), new Server("a")),
                        List.of(of(List.of(3.0).iterator())),
                        1);
        String words = said.toString(StandardCharsets.UTF_8);
        assertTrue(words.contains("failed: two messages lost") && words.contains("one round, about 1:00 min"), words);
        assertTrue(
                results.table().contains("| not measured: no port | not measured: two messages lost | **3.00** |"),
                results.table());
        assertEquals(
                List.of("start dead", "stop dead", "stop dead", "start broken", "stop broken", "start a", "stop a"),
                happened);
    }

    @Test
    void theTableSaysWhatIsMetAndWhatIsMissed() throws Exception {
        Workload<Contender> chat = of(
                List.of(9.0, 4.0, 20.0).iterator(),
                Aim.atMost("a", 8.5),
                Aim.ofBest("a", 2.5, "b", "c"),
                Aim.ofBest("a", 2, "nobody"));
        Results results = new Rounds(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
                .run(List.of(new Server("a"), new Server("b"), new Server("c")), List.of(chat), 1);
        assertEquals("""
                | | a 1.0 | b 1.0 | c 1.0 | at most |
                |---|---|---|---|---|
                | chat, CPU µs/message | **9.00** | **4.00** | **20.0** | 8.50: **missed**<br>10.0 (2.5 × the best of b, c; measured 2.25 ×): met |
                """, results.table());
    }

    @Test
    void theCostOfThisProcessGrows() throws Exception {
        Cost cost = Cost.of(List.of(ProcessHandle.current().pid()));
        assertTrue(cost.memoryBytes() > 1_000_000 && cost.cpuMicros() >= 0, cost.toString());
    }
}
