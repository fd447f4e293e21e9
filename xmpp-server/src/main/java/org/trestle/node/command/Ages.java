package org.trestle.node.command;

import java.time.Duration;
import java.util.Locale;

/** Times as people say them. */
final class Ages {
    private Ages() {}

    /** "0.3 s", "45 s", "4 min 3 s", "3 h 2 min", "5 d 3 h". */
    static String words(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, age.toMillis()) / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }
}
