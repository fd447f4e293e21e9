package org.trestle.xmpp.xml;

import java.nio.charset.StandardCharsets;

/** The five entities and character references (XML 1.0 4.1, 4.6), and the line ends and blanks of XML 1.0 2.11 and 3.3.3. */
final class References {
    private References() {}

    /** Appends text between tags with references resolved and line ends as line feeds. */
    static void appendText(StringBuilder out, byte[] in, int from, int to) {
        String raw = new String(in, from, to - from, StandardCharsets.UTF_8);
        append(out, raw, false);
    }

    /** Appends the inside of a CDATA section. */
    static void appendVerbatim(StringBuilder out, byte[] in, int from, int to) {
        String raw = new String(in, from, to - from, StandardCharsets.UTF_8);
        out.append(raw.indexOf('\r') < 0 ? raw : raw.replace("\r\n", "\n").replace('\r', '\n'));
    }

    /** The value between the quotes with references resolved and blanks as spaces. */
    static String attributeValue(byte[] in, int from, int to) {
        boolean plain = true;
        boolean ascii = true;
        for (int i = from; i < to && plain; i++) {
            plain = in[i] != '&' && (in[i] < 0 || in[i] >= ' ');
            ascii &= in[i] >= 0;
        }
        if (plain) {
            return new String(in, from, to - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        }
        StringBuilder out = new StringBuilder(to - from);
        append(out, new String(in, from, to - from, StandardCharsets.UTF_8), true);
        return out.toString();
    }

    private static void append(StringBuilder out, String raw, boolean attribute) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '&') {
                int end = raw.indexOf(';', i);
                if (end < 0) {
                    throw new IllegalArgumentException("a reference without a semicolon");
                }
                out.appendCodePoint(codePoint(raw, i + 1, end));
                i = end;
            } else if (c == '\r') {
                if (i + 1 == raw.length() || raw.charAt(i + 1) != '\n') {
                    out.append(attribute ? ' ' : '\n');
                }
            } else if (attribute && (c == '\n' || c == '\t')) {
                out.append(' ');
            } else {
                out.append(c);
            }
        }
    }

    /** The code point that the name between ampersand and semicolon says, or IllegalArgumentException. */
    static int codePoint(String raw, int from, int to) {
        String name = raw.substring(from, to);
        int codePoint = switch (name) {
            case "lt" -> '<';
            case "gt" -> '>';
            case "amp" -> '&';
            case "quot" -> '"';
            case "apos" -> '\'';
            default -> number(name);
        };
        if (codePoint < 0) {
            throw new IllegalArgumentException("an unknown entity");
        }
        return codePoint;
    }

    /** Of {@code #10} or {@code #xA}; negative when it is neither or no character of XML. */
    private static int number(String name) {
        boolean hex = name.startsWith("#x");
        int start = hex ? 2 : 1;
        if (!name.startsWith("#") || name.length() == start || name.length() > 10) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < name.length(); i++) {
            char c = name.charAt(i);
            // Character.digit would take digits of other scripts too.
            int digit = c < 0x7f ? Character.digit(c, hex ? 16 : 10) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * (hex ? 16 : 10) + digit;
        }
        return value <= Character.MAX_CODE_POINT && isXmlChar((int) value) ? (int) value : -1;
    }

    /** XML 1.0 2.2. */
    static boolean isXmlChar(int c) {
        return c >= 0x20 ? (c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF)) : c == 9 || c == 10 || c == 13;
    }
}
