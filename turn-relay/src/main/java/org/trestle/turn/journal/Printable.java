package org.trestle.turn.journal;

import java.util.Locale;

/**
 * Text that others wrote, as operators may see it: user names are any bytes, and nothing in them may act on a terminal, turn
 * the direction of a line, or begin a line of its own. What could is written as {@code \}{@code u001b}, a line feed as
 * {@code \n}; everything else stays as it is.
 */
public final class Printable {
    private Printable() {}

    /** For a place within a line. */
    public static String of(String text) {
        return shown(text, false);
    }

    /** For lines that are ended, whose line feeds stay. */
    public static String lines(String text) {
        return shown(text, true);
    }

    /** For JSON that is complete: its strings mean the same afterwards. */
    public static String json(String text) {
        return shown(text, true);
    }

    /** In quotes, and at most {@code most} characters of it. */
    public static String quoted(String text, int most) {
        int length = text.codePointCount(0, text.length());
        String start = length <= most ? text : text.substring(0, text.offsetByCodePoints(0, most));
        return "\"" + of(start).replace("\"", "\\\"") + (length <= most ? "" : "…") + "\"";
    }

    private static String shown(String text, boolean lines) {
        if (text.codePoints().allMatch(point -> isPlain(point, lines))) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (isPlain(point, lines)) {
                shown.appendCodePoint(point);
            } else {
                shown.append(escaped(point));
            }
        });
        return shown.toString();
    }

    private static boolean isPlain(int point, boolean lines) {
        if (point == ' ' || (lines && point == '\n')) {
            return true;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String escaped(int point) {
        if (point == '\n') {
            return "\\n";
        }
        StringBuilder escaped = new StringBuilder();
        for (char unit : Character.toChars(point)) {
            escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
        }
        return escaped.toString();
    }
}
