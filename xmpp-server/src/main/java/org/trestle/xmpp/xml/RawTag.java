package org.trestle.xmpp.xml;

import java.util.Arrays;

/**
 * One whole tag as positions in the buffer: checks its syntax and makes no objects. Used again for every tag of a stream;
 * positions hold until the buffer moves.
 */
final class RawTag {
    private static final byte[] NOTHING = new byte[0];

    private XmlLimits limits;

    private byte[] in = NOTHING;
    private int at;
    private int stop;

    boolean end;
    boolean empty;
    int nameFrom;
    int nameTo;
    /** The colon in the name, or negative. */
    int colon;

    int attributes;
    int[] names = new int[8];
    int[] nameEnds = new int[8];
    int[] colons = new int[8];
    int[] values = new int[8];
    int[] valueEnds = new int[8];

    private int lastColon;

    RawTag(XmlLimits limits) {
        this.limits = limits;
    }

    void withLimits(XmlLimits limits) {
        this.limits = limits;
    }

    /** Lets go of the buffer, which may be large, until the next tag. */
    void forget() {
        in = NOTHING;
    }

    /** Reads the tag between {@code from}, its {@code <}, and {@code to}, behind its {@code >}. */
    void read(byte[] in, int from, int to) {
        this.in = in;
        this.stop = to - 1;
        at = from + 1;
        end = in[at] == '/';
        empty = !end && in[stop - 1] == '/';
        if (end) {
            at++;
        } else if (empty) {
            stop--;
        }
        attributes = 0;
        nameFrom = at;
        nameTo = name();
        colon = lastColon;
        while (at < stop) {
            boolean blank = blanks();
            if (at == stop) {
                break;
            }
            if (!blank || end) {
                throw Broken.notWellFormed("a tag with something behind its name that is no attribute");
            }
            attribute();
        }
    }

    private void attribute() {
        if (attributes == limits.maxAttributes()) {
            throw Broken.limit("more than " + limits.maxAttributes() + " attributes in one tag");
        }
        if (attributes == names.length) {
            grow();
        }
        int i = attributes;
        names[i] = at;
        nameEnds[i] = name();
        colons[i] = lastColon;
        blanks();
        if (at == stop || in[at++] != '=') {
            throw Broken.notWellFormed("an attribute without a value");
        }
        blanks();
        byte quote = at == stop ? 0 : in[at++];
        if (quote != '\'' && quote != '"') {
            throw Broken.notWellFormed("an attribute value without quotes");
        }
        values[i] = at;
        value(quote);
        valueEnds[i] = at++;
        attributes++;
        requireNew(i);
    }

    private void value(byte quote) {
        while (at < stop) {
            byte b = in[at];
            if (b == quote) {
                return;
            }
            if (Chars.isPlainValue(b)) {
                at++;
            } else if (b == '&') {
                at = References.end(in, at, stop);
            } else if (b < 0) {
                at += Chars.length(in, at, stop);
            } else {
                throw Broken.notWellFormed("a character in an attribute value that XML does not allow there");
            }
            if (at < 0) {
                break;
            }
        }
        throw Broken.notWellFormed("an attribute value that does not end");
    }

    private void requireNew(int i) {
        for (int j = 0; j < i; j++) {
            if (Arrays.equals(in, names[i], nameEnds[i], in, names[j], nameEnds[j])) {
                throw Broken.notWellFormed("two attributes of one name");
            }
        }
    }

    /** Reads a name with at most one colon (Namespaces in XML 1.0, 4); notes the colon and gives the end. */
    private int name() {
        int from = at;
        lastColon = -1;
        boolean start = true;
        while (at < stop) {
            byte b = in[at];
            if (b == ':' && !start && lastColon < 0) {
                lastColon = at++;
                start = true;
                continue;
            }
            int length = nameChar(b, start);
            if (length == 0) {
                break;
            }
            at += length;
            start = false;
        }
        if (start) {
            throw Broken.notWellFormed("a tag or attribute without a proper name");
        }
        if (at - from > limits.maxNameBytes()) {
            throw Broken.limit("a name of more than " + limits.maxNameBytes() + " bytes");
        }
        return at;
    }

    /** The number of bytes that go on the name here, or 0. */
    private int nameChar(byte b, boolean start) {
        if (b >= 0) {
            return (start ? Chars.isAsciiNameStart(b) : Chars.isAsciiName(b)) ? 1 : 0;
        }
        int length = Chars.length(in, at, stop);
        int codePoint = Chars.codePoint(in, at, length);
        return (start ? Chars.isNameStart(codePoint) : Chars.isName(codePoint)) ? length : 0;
    }

    private boolean blanks() {
        int from = at;
        while (at < stop && Chars.isBlank(in[at])) {
            at++;
        }
        return at > from;
    }

    private void grow() {
        int size = names.length * 2;
        names = Arrays.copyOf(names, size);
        nameEnds = Arrays.copyOf(nameEnds, size);
        colons = Arrays.copyOf(colons, size);
        values = Arrays.copyOf(values, size);
        valueEnds = Arrays.copyOf(valueEnds, size);
    }

    /** Whether attribute {@code i} declares a namespace. */
    boolean isDeclaration(int i) {
        int length = (colons[i] < 0 ? nameEnds[i] : colons[i]) - names[i];
        int from = names[i];
        return length == 5
                && in[from] == 'x'
                && in[from + 1] == 'm'
                && in[from + 2] == 'l'
                && in[from + 3] == 'n'
                && in[from + 4] == 's';
    }

    String value(int i) {
        return Names.text(in, values[i], valueEnds[i]);
    }

    /** The local name of attribute {@code i}. */
    String local(int i) {
        return Names.of(in, colons[i] < 0 ? names[i] : colons[i] + 1, nameEnds[i]);
    }

    /** The local name of the element. */
    String local() {
        return Names.of(in, colon < 0 ? nameFrom : colon + 1, nameTo);
    }
}
