package org.trestle.xmpp.xml;

/** Which bytes and characters XML allows where (XML 1.0 2.2, 2.3), and UTF-8 (RFC 3629). */
final class Chars {
    private static final byte TEXT = 1;
    private static final byte VALUE = 2;
    private static final byte NAME = 4;
    private static final byte NAME_START = 8;
    private static final byte BLANK = 16;

    private static final byte[] KIND = kinds();

    private Chars() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = 0; c < 0x80; c++) {
            boolean blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            boolean digit = c >= '0' && c <= '9';
            int kind = 0;
            if (c >= ' ' || blank) {
                kind |= c == '<' || c == '&' || c == ']' ? 0 : TEXT;
                kind |= c == '<' || c == '&' ? 0 : VALUE;
            }
            kind |= letter ? NAME | NAME_START : 0;
            kind |= digit || c == '-' || c == '.' ? NAME : 0;
            kind |= blank ? BLANK : 0;
            kinds[c] = (byte) kind;
        }
        return kinds;
    }

    /** ASCII that may stand in text and needs no second look. */
    static boolean isPlainText(byte b) {
        return (KIND[b & 0xff] & TEXT) != 0;
    }

    /** ASCII that may stand in an attribute value and needs no second look; quotes are the caller's. */
    static boolean isPlainValue(byte b) {
        return (KIND[b & 0xff] & VALUE) != 0;
    }

    static boolean isBlank(byte b) {
        return (KIND[b & 0xff] & BLANK) != 0;
    }

    /** ASCII that may stand in a name without its colon. */
    static boolean isAsciiName(byte b) {
        return (KIND[b & 0xff] & NAME) != 0;
    }

    static boolean isAsciiNameStart(byte b) {
        return (KIND[b & 0xff] & NAME_START) != 0;
    }

    /**
     * The number of bytes of the character at {@code at}, which is not ASCII; 0 when more bytes are needed to say.
     *
     * @throws Broken when it is not UTF-8, or not a character of XML
     */
    static int length(byte[] in, int at, int stop) {
        int lead = in[at] & 0xff;
        int length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
        if (length == 0) {
            throw notUtf8();
        }
        for (int i = 1; i < length; i++) {
            if (at + i >= stop) {
                return 0;
            }
            int next = in[at + i] & 0xff;
            int low = i > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            int high = i > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (next < low || next > high) {
                throw notUtf8();
            }
        }
        if (lead == 0xEF && (in[at + 1] & 0xff) == 0xBF && (in[at + 2] & 0xff) >= 0xBE) {
            throw Broken.notWellFormed("a character that XML does not allow");
        }
        return length;
    }

    /** The code point of {@code length} bytes that {@link #length} has passed. */
    static int codePoint(byte[] in, int at, int length) {
        int value = in[at] & (0xff >> (length + 1));
        for (int i = 1; i < length; i++) {
            value = value << 6 | (in[at + i] & 0x3f);
        }
        return value;
    }

    /** Characters beyond ASCII that may begin a name (XML 1.0, fifth edition, 2.3). */
    static boolean isNameStart(int c) {
        return (between(c, 0xC0, 0x2FF) && c != 0xD7 && c != 0xF7)
                || (between(c, 0x370, 0x1FFF) && c != 0x37E)
                || between(c, 0x200C, 0x200D)
                || between(c, 0x2070, 0x218F)
                || between(c, 0x2C00, 0x2FEF)
                || between(c, 0x3001, 0xD7FF)
                || between(c, 0xF900, 0xFDCF)
                || between(c, 0xFDF0, 0xFFFD)
                || between(c, 0x10000, 0xEFFFF);
    }

    /** Characters beyond ASCII that may go on a name. */
    static boolean isName(int c) {
        return isNameStart(c) || c == 0xB7 || between(c, 0x300, 0x36F) || between(c, 0x203F, 0x2040);
    }

    private static boolean between(int c, int low, int high) {
        return c >= low && c <= high;
    }

    private static Broken notUtf8() {
        return new Broken(Token.Rule.UNSUPPORTED_ENCODING, "the bytes are not UTF-8");
    }
}
