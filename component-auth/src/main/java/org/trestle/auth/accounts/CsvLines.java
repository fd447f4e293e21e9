package org.trestle.auth.accounts;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a file into lines and lines into fields (RFC 4180, UTF-8, one record a line). A wrong line never takes the
 * following ones with it. Lines end with LF, CRLF or CR; empty ones are passed over; a byte order mark is dropped.
 */
final class CsvLines {

    static final int LIMIT_OCTETS_OF_LINE = 8192;

    /** One line: its fields, or why it has none. */
    record Line(int number, List<String> fields, @Nullable String error) {
        @Override
        public String toString() {
            return "Line[" + number + "]";
        }
    }

    private final byte[] file;
    private int position;
    private int number;

    CsvLines(byte[] file) {
        this.file = file;
        boolean mark = file.length >= 3 && file[0] == (byte) 0xEF && file[1] == (byte) 0xBB && file[2] == (byte) 0xBF;
        position = mark ? 3 : 0;
    }

    /** The next line that is not empty, or null after the last. */
    @Nullable
    Line next() {
        while (position < file.length) {
            int start = position;
            int end = start;
            while (end < file.length && file[end] != '\n' && file[end] != '\r') {
                end++;
            }
            boolean both = end + 1 < file.length && file[end] == '\r' && file[end + 1] == '\n';
            position = end + (both ? 2 : 1);
            number++;
            if (end - start > LIMIT_OCTETS_OF_LINE) {
                return new Line(number, List.of(), "longer than " + LIMIT_OCTETS_OF_LINE + " octets");
            }
            String text = text(start, end);
            if (text == null) {
                return new Line(number, List.of(), "not UTF-8; save the file as \"CSV UTF-8\"");
            }
            if (!text.isBlank()) {
                return fields(text);
            }
        }
        return null;
    }

    private @Nullable String text(int start, int end) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file, start, end - start))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private Line fields(String text) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at = quoted(text, at + 1, field);
                if (at < 0) {
                    return new Line(number, List.of(), "a quote is not closed");
                }
                if (at < text.length() && text.charAt(at) != ',') {
                    return new Line(number, List.of(), "text after a closing quote (write \"\" for a quote inside)");
                }
            } else {
                int comma = text.indexOf(',', at);
                int end = comma < 0 ? text.length() : comma;
                field.append(text, at, end);
                at = end;
            }
            fields.add(field.toString());
            if (at >= text.length()) {
                return new Line(number, fields, null);
            }
            at++; // the comma
        }
    }

    /** Reads to the closing quote; returns the position after it, or -1 when there is none. */
    private static int quoted(String text, int start, StringBuilder field) {
        int at = start;
        while (at < text.length()) {
            char character = text.charAt(at);
            if (character == '"') {
                if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                    at++;
                } else {
                    return at + 1;
                }
            }
            field.append(character);
            at++;
        }
        return -1;
    }
}
