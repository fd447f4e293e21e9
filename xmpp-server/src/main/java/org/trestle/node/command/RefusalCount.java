package org.trestle.node.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.journal.RelayUsage;

/** How often a cause or a kind of drop has occurred. */
record RefusalCount(String word, long count) {

    /** What has occurred at all: refusals, then drops, by their words. */
    static Map<String, RefusalCount> of(RelayUsage usage) {
        Map<String, RefusalCount> counts = new LinkedHashMap<>();
        usage.refusals().forEach((refusal, count) -> add(counts, RelayJournal.word(refusal), count));
        usage.drops()
                .forEach((drop, count) -> add(
                        counts,
                        "dropped-"
                                + drop.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                        count));
        return counts;
    }

    private static void add(Map<String, RefusalCount> counts, String word, long count) {
        if (count > 0) {
            counts.put(word, new RefusalCount(word, count));
        }
    }
}
