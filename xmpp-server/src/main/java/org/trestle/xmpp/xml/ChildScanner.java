package org.trestle.xmpp.xml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows one first-level element, or the header, through the buffer. Goes on where it stopped when bytes were missing; all
 * positions are relative to the start of the element, because the buffer moves between calls.
 */
final class ChildScanner {
    private static final byte[] CDATA = {'<', '!', '[', 'C', 'D', 'A', 'T', 'A', '['};
    private static final byte[] NO_CONTENT = new byte[0];

    private enum Inside {
        TEXT,
        TAG,
        CDATA
    }

    private XmlLimits limits;
    private final RawTag tag;
    private final Prefixes prefixes;
    private final OpenNames open = new OpenNames();
    private final FirstTags firstTags = new FirstTags();
    private final DistinctNames names = new DistinctNames();

    private byte[] streamName = NO_CONTENT;
    private boolean emptyHeader;

    private Inside inside = Inside.TAG;
    private int at;
    /** Where the tag begins that is being scanned, and the quote that it is in, or 0. */
    private int tagFrom;

    private byte quote;
    private int contentFrom;
    private int contentTo;
    private boolean streamEnd;
    private @Nullable StartTag startTag;

    ChildScanner(XmlLimits limits) {
        this.limits = limits;
        this.tag = new RawTag(limits);
        this.prefixes = new Prefixes(limits);
    }

    void withLimits(XmlLimits limits) {
        this.limits = limits;
        tag.withLimits(limits);
        prefixes.withLimits(limits);
    }

    /** Whether a part of the element has been scanned. */
    boolean begun() {
        return at > 0;
    }

    /** The length of the element when it is whole. */
    int scanned() {
        return at;
    }

    boolean isStreamEnd() {
        return streamEnd;
    }

    boolean emptyHeader() {
        return emptyHeader;
    }

    /** Makes ready for the next first-level element. */
    void reset() {
        inside = Inside.TAG;
        at = 0;
        tagFrom = 0;
        quote = 0;
        startTag = null;
        tag.forget();
        open.clear();
        firstTags.clear();
        names.clear();
        prefixes.leaveChild();
    }

    /** Goes on to the end of the element or header, or to {@code stop}; true when the end is reached. */
    boolean scan(byte[] in, int base, int stop, boolean child) {
        while (true) {
            if (inside == Inside.TAG) {
                if (!scanTag(in, base, stop)) {
                    return false;
                }
                tag.read(in, base + tagFrom, base + at);
                if (!child || tagDone(in, base)) {
                    return true;
                }
                inside = Inside.TEXT;
            } else if (inside == Inside.CDATA) {
                if (!scanCdata(in, base, stop)) {
                    return false;
                }
                inside = Inside.TEXT;
            } else if (!scanText(in, base, stop)) {
                return false;
            }
        }
    }

    /** To behind the {@code >} that is in no quotes. */
    private boolean scanTag(byte[] in, int base, int stop) {
        int i = base + Math.max(at, tagFrom + 1);
        byte q = quote;
        while (i < stop) {
            byte b = in[i++];
            if (b == '<') {
                throw Broken.notWellFormed("a '<' inside a tag");
            }
            if (q == 0) {
                if (b == '>') {
                    at = i - base;
                    quote = 0;
                    return true;
                }
                q = b == '\'' || b == '"' ? b : 0;
            } else if (b == q) {
                q = 0;
            }
        }
        quote = q;
        at = i - base;
        return false;
    }

    /** To the next tag or CDATA section; false when bytes are missing. */
    private boolean scanText(byte[] in, int base, int stop) {
        int i = ContentScan.text(in, base + at, stop);
        at = i - base;
        return i < stop && in[i] == '<' && scanMarkup(in, base, stop);
    }

    private boolean scanMarkup(byte[] in, int base, int stop) {
        int i = base + at;
        if (i + 1 >= stop) {
            return false;
        }
        byte next = in[i + 1];
        if (next == '?') {
            throw new Broken(Token.Rule.RESTRICTED_XML, "processing instructions are not allowed");
        }
        if (next != '!') {
            tagFrom = at;
            inside = Inside.TAG;
            return true;
        }
        for (int k = 2; k < CDATA.length; k++) {
            if (i + k >= stop) {
                return false;
            }
            if (in[i + k] != CDATA[k]) {
                throw k == 2
                        ? new Broken(Token.Rule.RESTRICTED_XML, "comments and declarations are not allowed")
                        : Broken.notWellFormed("neither a tag nor a CDATA section");
            }
        }
        at += CDATA.length;
        inside = Inside.CDATA;
        return true;
    }

    private boolean scanCdata(byte[] in, int base, int stop) {
        int i = ContentScan.cdata(in, base + at, stop);
        boolean whole = ContentScan.isCdataEnd(in, i, stop);
        at = (whole ? i + ContentScan.CDATA_END : i) - base;
        return whole;
    }

    /** Takes the tag that was read; true when the first-level element ends with it. */
    private boolean tagDone(byte[] in, int base) {
        int level = open.size();
        if (tag.end) {
            return level == 0 ? streamEnd(in) : endTag(in, base, level);
        }
        if (level + (tag.empty ? 0 : 1) > limits.maxDepth()) {
            throw Broken.limit("more than " + limits.maxDepth() + " elements inside each other");
        }
        count(in);
        prefixes.declare(tag, in, base, level);
        prefixes.check(tag, in, base, level > 0);
        if (level == 0) {
            startTag = tag(in, base);
            contentFrom = at;
            contentTo = at;
        } else if (level == 1) {
            firstTags.add(tagFrom, at);
        }
        if (tag.empty) {
            prefixes.leave(level);
            return level == 0;
        }
        open.push(tag.nameFrom - base, tag.nameTo - base);
        return false;
    }

    private void count(byte[] in) {
        names.add(in, tag.nameFrom, tag.nameTo, limits.maxNames());
        for (int i = 0; i < tag.attributes; i++) {
            names.add(in, tag.names[i], tag.nameEnds[i], limits.maxNames());
        }
    }

    private boolean endTag(byte[] in, int base, int level) {
        if (!open.popIf(in, base, tag.nameFrom, tag.nameTo)) {
            throw Broken.notWellFormed("an end tag that does not fit its start tag");
        }
        if (level == 1) {
            contentTo = tagFrom;
            return true;
        }
        prefixes.leave(level - 1);
        return false;
    }

    private boolean streamEnd(byte[] in) {
        if (!Arrays.equals(in, tag.nameFrom, tag.nameTo, streamName, 0, streamName.length)) {
            throw Broken.notWellFormed("an end tag that does not fit the stream header");
        }
        streamEnd = true;
        return true;
    }

    /** The header, when it is whole. */
    StartTag header(byte[] in, int base) {
        if (tag.end) {
            throw Broken.notWellFormed("an end tag before the stream header");
        }
        prefixes.declare(tag, in, base, -1);
        prefixes.check(tag, in, base, false);
        streamName = Arrays.copyOfRange(in, tag.nameFrom, tag.nameTo);
        emptyHeader = tag.empty;
        return tag(in, base);
    }

    private StartTag tag(byte[] in, int base) {
        String defaultNamespace = prefixes.namespace(in, base, 0, 0);
        String namespace = tag.colon < 0 ? defaultNamespace : prefixes.namespace(in, base, tag.nameFrom, tag.colon);
        List<Attribute> attributes = new ArrayList<>(tag.attributes);
        for (int i = 0; i < tag.attributes; i++) {
            if (!tag.isDeclaration(i)) {
                String of = tag.colons[i] < 0 ? "" : prefixes.namespace(in, base, tag.names[i], tag.colons[i]);
                attributes.add(new Attribute(of, tag.local(i), tag.value(i)));
            }
        }
        return new StartTag(namespace, tag.local(), attributes, defaultNamespace);
    }

    /** The first-level element, when it is whole. */
    Token.Child child(byte[] in, int base) {
        StartTag start = Objects.requireNonNull(startTag);
        if (contentTo == contentFrom) {
            return new Token.Child(start, NO_CONTENT);
        }
        List<Prefixes.Declaration> needed = prefixes.needed();
        byte[] content = needed.isEmpty()
                ? Arrays.copyOfRange(in, base + contentFrom, base + contentTo)
                : firstTags.declareAgain(in, base, contentFrom, contentTo, needed, tag, limits.maxBytes());
        return new Token.Child(start, content);
    }
}
