package org.trestle.xmpp.server;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.trestle.xmpp.feature.FeatureInfo;

/** What this server implements, as a document for people: {@code docs/xeps.md}. */
final class FeatureTable {

    private FeatureTable() {}

    /** Markdown; ordered by number, each document once. */
    static String of(List<FeatureInfo> features) {
        StringBuilder text = new StringBuilder("""
                # What this server implements

                Generated from `Features.all()`. The versions are those of the documents that the code was written to.

                | document | title | version | state | since |
                |---|---|---|---|---|
                """);
        features.stream()
                .sorted(Comparator.comparing(FeatureInfo::number).thenComparing(FeatureInfo::title))
                .distinct()
                .forEach(feature -> text.append("| ")
                        .append(name(feature.number()))
                        .append(" | ")
                        .append(feature.title())
                        .append(" | ")
                        .append(feature.version())
                        .append(" | ")
                        .append(feature.state().name().toLowerCase(Locale.ROOT))
                        .append(" | ")
                        .append(feature.since())
                        .append(" |\n"));
        return text.toString();
    }

    private static String name(String number) {
        return number.startsWith("XEP-")
                ? "[" + number + "](https://xmpp.org/extensions/" + number.toLowerCase(Locale.ROOT) + ".html)"
                : number;
    }
}
