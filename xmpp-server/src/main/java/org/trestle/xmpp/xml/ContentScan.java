package org.trestle.xmpp.xml;

/** Walks over the text between tags, and checks that XML allows it. Says where it has stopped, and keeps nothing. */
final class ContentScan {
    /** The length of {@code ]]>}. */
    static final int CDATA_END = 3;

    private ContentScan() {}

    /** To the next {@code <}, or to where bytes are missing. */
    static int text(byte[] in, int from, int stop) {
        int i = from;
        while (i < stop) {
            byte b = in[i];
            if (Chars.isPlainText(b)) {
                i++;
                continue;
            }
            int next;
            if (b == '<') {
                return i;
            } else if (b == '&') {
                next = References.end(in, i, stop);
            } else if (b == ']') {
                next = bracketEnd(in, i, stop);
            } else if (b < 0) {
                int length = Chars.length(in, i, stop);
                next = length == 0 ? -1 : i + length;
            } else {
                throw Broken.notWellFormed("a character that XML does not allow");
            }
            if (next < 0) {
                break;
            }
            i = next;
        }
        return i;
    }

    /** Behind a bracket that does not begin {@code ]]>}, which text must not have; negative when bytes are missing. */
    private static int bracketEnd(byte[] in, int i, int stop) {
        if (i + 1 >= stop || (in[i + 1] == ']' && i + 2 >= stop)) {
            return -1;
        }
        if (isCdataEnd(in, i, stop)) {
            throw Broken.notWellFormed("']]>' in text");
        }
        return i + 1;
    }

    static boolean isCdataEnd(byte[] in, int i, int stop) {
        return i + 2 < stop && in[i] == ']' && in[i + 1] == ']' && in[i + 2] == '>';
    }

    /** To the next {@code ]]>}, or to where bytes are missing. */
    static int cdata(byte[] in, int from, int stop) {
        int i = from;
        while (i < stop) {
            byte b = in[i];
            if (b == ']') {
                if (i + 2 >= stop || isCdataEnd(in, i, stop)) {
                    break;
                }
                i++;
            } else if (b >= ' ' || Chars.isBlank(b)) {
                i++;
            } else if (b < 0) {
                int length = Chars.length(in, i, stop);
                if (length == 0) {
                    break;
                }
                i += length;
            } else {
                throw Broken.notWellFormed("a character that XML does not allow");
            }
        }
        return i;
    }
}
