package org.trestle.deploy.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How much room words need in a picture. The reader's own sans-serif letters draw it, so these are the widths of the
 * widest that are common, rounded up: what fits here fits everywhere.
 */
final class Letters {
    private static final String NARROW = " ijl.,:;'|!()[]/-ftrI";
    private static final String WIDE = "mwMW%@…—";
    private static final double NARROW_EM = 0.49;
    private static final double WIDE_EM = 1.11;
    private static final double UPPER_EM = 0.86;
    private static final double OTHER_EM = 0.72;

    /** What letters that are not bold need of that. */
    private static final double PLAIN = 0.92;

    private Letters() {}

    /** In the units of {@code size}, the height of the letters. */
    static int width(String words, int size, boolean bold) {
        double ems = words.codePoints().mapToDouble(Letters::ems).sum();
        return (int) Math.ceil(ems * size * (bold ? 1 : PLAIN));
    }

    private static double ems(int letter) {
        if (NARROW.indexOf(letter) >= 0) {
            return NARROW_EM;
        }
        if (WIDE.indexOf(letter) >= 0) {
            return WIDE_EM;
        }
        return Character.isUpperCase(letter) ? UPPER_EM : OTHER_EM;
    }

    /** Lines that are not wider than this; a word that is wider by itself is cut. */
    static List<String> wrap(String words, int size, boolean bold, int width) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : words.strip().split("\\s+")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (width(longer, size, bold) <= width) {
                line = longer;
            } else {
                if (!line.isEmpty()) {
                    lines.add(line);
                }
                line = cut(word, size, bold, width);
            }
        }
        lines.add(line);
        return lines;
    }

    /** The beginning of the words that is not wider than this, with three dots where something is missing. */
    static String cut(String words, int size, boolean bold, int width) {
        if (width(words, size, bold) <= width) {
            return words;
        }
        int end = words.length();
        while (end > 0 && width(words.substring(0, end) + "…", size, bold) > width) {
            end = words.offsetByCodePoints(end, -1);
        }
        return words.substring(0, end) + "…";
    }
}
