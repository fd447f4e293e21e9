package org.trestle.deploy.bench.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.deploy.bench.Results;
import org.trestle.deploy.bench.Rounds;

final class TurnBenchTest {
    private static final Path DOCS = Path.of("..", "docs", "bench");

    @Test
    void tableAndPictureInTheDocumentationAreMadeOfTheFiguresBesideThem(@TempDir Path directory) throws Exception {
        Results results = Rounds.read(DOCS, "turn");
        TurnBench.write(directory, results);
        for (String file : new String[] {"turn.md", "turn.svg", "turn.tsv"}) {
            assertEquals(
                    Files.readString(DOCS.resolve(file)),
                    Files.readString(directory.resolve(file)),
                    file + " is another: deploy/bench turn --redraw");
        }
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(directory.resolve("turn.svg").toFile());
    }
}
