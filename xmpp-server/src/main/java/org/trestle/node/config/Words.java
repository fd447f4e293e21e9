package org.trestle.node.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What somebody may have meant who wrote a word that is not known. */
public final class Words {
    private static final int MOST = 3;

    private Words() {}

    /** The known words that are near to {@code word}, nearest first, three at most. */
    public static List<String> near(String word, Collection<String> known) {
        int allowed = Math.max(1, word.length() / 3);
        record Match(String word, int distance) {}
        return known.stream()
                .map(other -> new Match(other, other.startsWith(word) ? 0 : distance(word, other)))
                .filter(match -> match.distance() <= allowed)
                .sorted(Comparator.comparingInt(Match::distance).thenComparing(Match::word))
                .limit(MOST)
                .map(Match::word)
                .toList();
    }

    /** "a", "a or b", "a, b or c". */
    public static String alternatives(List<String> words) {
        if (words.size() < 2) {
            return String.join("", words);
        }
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    /** How many letters have to be changed, added or left out to get from one word to the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
