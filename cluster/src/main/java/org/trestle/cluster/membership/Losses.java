package org.trestle.cluster.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a node would lose by joining, by table: counted whole, named in part. On one thread at a time. */
final class Losses {
    private static final int NAMED = 5;

    private final Map<String, List<String>> keys = new TreeMap<>();

    void add(String table, List<String> missing) {
        if (!missing.isEmpty()) {
            keys.computeIfAbsent(table, name -> new ArrayList<>()).addAll(missing);
        }
    }

    boolean none() {
        return keys.isEmpty();
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        keys.forEach((table, missing) -> parts.add(missing.size() + " of " + table + " ("
                + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())))
                + (missing.size() > NAMED ? ", …" : "") + ")"));
        return String.join(", ", parts);
    }
}
