package org.trestle.deploy.bench.xmpp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.deploy.bench.Results;
import org.trestle.deploy.bench.Rounds;

final class XmppBenchTest {
    private static final Path DOCS = Path.of("..", "docs", "bench");

    @Test
    void tableAndPictureInTheDocumentationAreMadeOfTheFiguresBesideThem(@TempDir Path directory) throws Exception {
        Results results = Rounds.read(DOCS, "xmpp");
        XmppBench.write(directory, "xmpp", results);
        for (String file : new String[] {"xmpp.md", "xmpp.svg", "xmpp.tsv"}) {
            assertEquals(
                    Files.readString(DOCS.resolve(file)),
                    Files.readString(directory.resolve(file)),
                    file + " is another: deploy/bench xmpp --redraw");
        }
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(directory.resolve("xmpp.svg").toFile());
    }
}
