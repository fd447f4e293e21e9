package org.trestle.xmpp.xml;

import java.nio.charset.StandardCharsets;

/** The five entities and character references (XML 1.0 4.1, 4.6), and the line ends and blanks of XML 1.0 2.11 and 3.3.3. */
final class References {
    /** The longest name between ampersand and semicolon; leading zeros are the only use for so many. */
    static final int MAX_LENGTH = 16;

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
                out.appendCodePoint(codePoint(raw.substring(i + 1, end)));
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

    /** The code point that the name between ampersand and semicolon says. */
    private static int codePoint(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int codePoint = codePoint(bytes, 0, bytes.length);
        if (codePoint < 0) {
            throw new IllegalArgumentException("an unknown entity");
        }
        return codePoint;
    }

    /**
     * Behind the reference at {@code at}, or negative when more bytes are needed to say.
     *
     * @throws Broken when it is not one of the five entities and no reference to a character of XML
     */
    static int end(byte[] in, int at, int stop) {
        int semicolon = at + 1;
        while (semicolon < stop && in[semicolon] != ';') {
            byte b = in[semicolon];
            if (!Chars.isAsciiName(b) && b != '#') {
                throw Broken.notWellFormed("an ampersand that begins no reference");
            }
            if (semicolon - at == MAX_LENGTH) {
                throw refused(in, at + 1);
            }
            semicolon++;
        }
        if (semicolon >= stop) {
            return -1;
        }
        if (codePoint(in, at + 1, semicolon) < 0) {
            throw refused(in, at + 1);
        }
        return semicolon + 1;
    }

    private static Broken refused(byte[] in, int from) {
        return Chars.isAsciiNameStart(in[from])
                ? new Broken(Token.Rule.RESTRICTED_XML, "an entity that is not one of the five of XML")
                : Broken.notWellFormed("a reference to no character of XML");
    }

    private static int codePoint(byte[] in, int from, int to) {
        return switch (to - from) {
            case 2 -> in[from] == '#' ? number(in, from, to) : in[from + 1] != 't' ? -1 : angle(in[from]);
            case 3 -> in[from] == '#' ? number(in, from, to) : is(in, from, "amp") ? '&' : -1;
            case 4 ->
                in[from] == '#' ? number(in, from, to) : is(in, from, "quot") ? '"' : is(in, from, "apos") ? '\'' : -1;
            default -> number(in, from, to);
        };
    }

    private static int angle(byte b) {
        return b == 'l' ? '<' : b == 'g' ? '>' : -1;
    }

    private static boolean is(byte[] in, int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (in[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Of {@code #10} or {@code #xA}; negative when it is neither or no character of XML. */
    private static int number(byte[] in, int from, int to) {
        boolean hex = to - from > 1 && in[from + 1] == 'x';
        int start = from + (hex ? 2 : 1);
        if (from >= to || in[from] != '#' || start >= to) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < to; i++) {
            // Bytes beyond ASCII are negative, so that digits of other scripts are none here.
            int digit = in[i] < 0 ? -1 : Character.digit(in[i], hex ? 16 : 10);
            if (digit < 0 || value > Character.MAX_CODE_POINT) {
                return -1;
            }
            value = value * (hex ? 16 : 10) + digit;
        }
        return value <= Character.MAX_CODE_POINT && isXmlChar(value) ? value : -1;
    }

    /** XML 1.0 2.2. */
    static boolean isXmlChar(int c) {
        return c >= 0x20 ? (c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF)) : c == 9 || c == 10 || c == 13;
    }
}
