package org.trestle.deploy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultsTest {
    private final Results results = new Results();

    private Results.Row row(List<Aim> aims, double... values) {
        results.takesPart("a", "1.0");
        Results.Row row = results.row("chat", "µs", aims);
        for (double value : values) {
            row.add("a", new Workload.Sample(value, value + "!"));
        }
        return row;
    }

    private static double median(Results.Row row) {
        Workload.Sample sample = row.median("a");
        return sample == null ? Double.NaN : sample.value();
    }

    @Test
    void theMedianOfAnOddNumberIsInTheMiddle() {
        assertEquals(7, median(row(List.of(), 7)));
        assertEquals(8, median(row(List.of(), 9, 8)), "7, 8, 9");
    }

    @Test
    void theMedianOfAnEvenNumberIsTheWorseOfTheTwo() {
        Results.Row row = row(List.of(), 9, 4);
        assertEquals(9, median(row));
        row.add("a", new Workload.Sample(1, ""));
        row.add("a", new Workload.Sample(5, ""));
        assertEquals(5, median(row), "1, 4, 5, 9");
        assertNull(row.median("b"));
    }

    @Test
    void everyServerIsJudgedByTheWorseOfTwo() {
        Results.Row row = row(List.of(Aim.atMost("a", 4), Aim.ofBest("a", 0.5, "b")), 3, 5);
        results.takesPart("b", "2.0");
        row.add("b", new Workload.Sample(10, ""));
        row.add("b", new Workload.Sample(8, ""));
        assertTrue(
                results.table()
                        .contains("| **5.00** (3.00 to 5.00)<br>5.0! | **10.0** (8.00 to 10.0) | 4.00: **missed**<br>"
                                + "5.00 (0.5 × b; measured 0.50 ×): met |"),
                results.table());
    }

    @Test
    void theWordsSayHowManyRoundsAndWhichOfThemIsShown() {
        assertEquals("One round", Results.asWords(1, true));
        assertEquals("The worse of 2 rounds (lowest to highest)", Results.asWords(2, true));
        assertEquals("The worse of 2 rounds", Results.asWords(2, false));
        assertEquals("Medians of 3 rounds (lowest to highest)", Results.asWords(3, true));
        assertEquals("Medians of 4 rounds, of the two in the middle the worse", Results.asWords(4, false));
    }

    @Test
    void whatIsKeptInAFileIsWhatWasMeasured(@TempDir Path directory) throws Exception {
        Results.Row row = row(List.of(Aim.atMost("a", 4.25), Aim.ofBest("a", 0.5, "b", "c d")), 3.125, 5);
        results.takesPart("b", "");
        row.failures().put("b", "no port");
        row.add("a", new Workload.Sample(1, ""));
        results.note(Results.ROUNDS, 3);
        results.note("machine", "2 cores, of something");
        Rounds.write(directory, "chat", "Chat", "As measured.", results);
        Results read = Rounds.read(directory, "chat");
        assertEquals(results.table(), read.table());
        assertEquals(results.rows(), read.rows());
        assertEquals(3, read.rounds());
        assertEquals("2 cores, of something", read.fact("machine"));
        assertEquals("?", read.fact("weather"));
    }

    @Test
    void aFileThatIsNotUnderstoodIsSaidWithItsLine(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("x.tsv");
        Files.writeString(file, "# first\nworkload\tchat\tµs\nsample\ta\tmany\n");
        IOException wrong = assertThrows(IOException.class, () -> ResultsFile.read(file));
        assertEquals(file + ", line 3 is not understood: sample\ta\tmany", wrong.getMessage());
        Files.writeString(file, "sample\ta\t1\n");
        assertTrue(assertThrows(IOException.class, () -> ResultsFile.read(file))
                .getMessage()
                .contains("line 1 "));
    }
}
