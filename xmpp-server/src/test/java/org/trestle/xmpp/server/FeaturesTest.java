package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureInfo;

/** The list of what this server implements is the code's own. */
final class FeaturesTest {
    private static final Path DOCUMENT = Path.of("../docs/xeps.md");

    @Test
    void theDocumentIsUpToDate() throws IOException {
        String table = FeatureTable.of(implemented());
        if (System.getProperty("trestle.golden", "").equals("write")) {
            Files.writeString(DOCUMENT, table);
        }
        assertEquals(
                table,
                Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "",
                "docs/xeps.md is stale; write it anew with: "
                        + "mvn -pl xmpp-server -am test -Dtest=FeaturesTest -Dsurefire.failIfNoSpecifiedTests=false "
                        + "-Dtrestle.golden=write");
    }

    @Test
    void eachDocumentIsNamedAsPeopleCiteIt() {
        for (FeatureInfo info : implemented()) {
            assertTrue(info.number().matches("(XEP-\\d{4}|RFC \\d{4})"), info::toString);
        }
    }

    private static List<FeatureInfo> implemented() {
        return Stream.concat(
                        Features.ofStreams().stream(),
                        Features.all().stream().map(Feature::implemented).flatMap(List::stream))
                .toList();
    }
}
