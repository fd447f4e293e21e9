package org.trestle.xmpp.xml;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one stream into tokens: the header, each first-level element as a whole, the end. Takes bytes in pieces
 * of any size, and gives the same tokens however they are cut. Checks that all of it is well-formed, in UTF-8, within
 * {@link XmlLimits}, and without what RFC 6120 11.1 forbids: comments, processing instructions, document types, and entities
 * but the five of XML. Not thread-safe.
 *
 * <p>Holds at most one first-level element within its limit plus what was appended and not asked for yet, so the caller asks
 * with {@link #next()} until it gives null, or stops appending.
 */
public final class Tokenizer {
    private static final byte[] NOTHING = new byte[0];
    /** What a stream at rest may keep; a larger buffer is let go as soon as it is empty. */
    private static final int KEPT_BYTES = 4096;

    private static final int MAX_DECLARATION_BYTES = 256;

    private static final Pattern DECLARATION =
            Pattern.compile("<\\?xml[ \\t\\r\\n]+version[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:'1\\.0'|\"1\\.0\")"
                    + "(?:[ \\t\\r\\n]+encoding[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:'([A-Za-z][\\w.-]*)'|\"([A-Za-z][\\w.-]*)\"))?"
                    + "(?:[ \\t\\r\\n]+standalone[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:'(?:yes|no)'|\"(?:yes|no)\"))?"
                    + "[ \\t\\r\\n]*\\?>");

    private enum Place {
        /** Before the header and whatever else there may be. */
        START,
        /** Before the header of another stream: white space in front of it still belongs to the one before. */
        RESTART,
        /** Before the header, behind white space or the XML declaration. */
        PROLOG,
        /** Between first-level elements. */
        STREAM,
        /** Behind the end of the stream, or behind a violation. */
        OVER
    }

    private XmlLimits limits;
    private Place place = Place.START;
    private ChildScanner scanner;

    private byte[] buffer = NOTHING;
    /** Where the header, tag or first-level element begins that is being read. */
    private int start;

    private int end;
    private boolean emptyStream;

    public Tokenizer(XmlLimits limits) {
        this.limits = limits;
        this.scanner = new ChildScanner(limits);
    }

    /** Adds bytes that came; {@code in} is read to its end. Bytes behind the end of the stream are dropped. */
    public void append(ByteBuf in) {
        int length = in.readableBytes();
        if (place == Place.OVER) {
            in.skipBytes(length);
            return;
        }
        makeRoom(length);
        in.readBytes(buffer, end, length);
        end += length;
    }

    void append(byte[] in) {
        makeRoom(in.length);
        System.arraycopy(in, 0, buffer, end, in.length);
        end += in.length;
    }

    /** Bytes that have come and are in no token yet; white space between two tokens does not count. */
    public int buffered() {
        int from = start;
        while (from < end && Chars.isBlank(buffer[from])) {
            from++;
        }
        return end - from;
    }

    /** Awaits a new header, as after SASL (RFC 6120 4.3.3); bytes that have come already belong to the new stream. */
    public void restart(XmlLimits limits) {
        this.limits = limits;
        scanner = new ChildScanner(limits);
        place = Place.RESTART;
        emptyStream = false;
    }

    /** Other limits, from the next first-level element on. To be called between two tokens. */
    public void withLimits(XmlLimits limits) {
        this.limits = limits;
        scanner.withLimits(limits);
    }

    /** The next token, or null when more bytes are needed, or the stream is over. */
    public @Nullable Token next() {
        if (place == Place.OVER) {
            return null;
        }
        Token token;
        try {
            token = read();
        } catch (Broken broken) {
            token = broken.violation();
        }
        if (token instanceof Token.Violation || token instanceof Token.Close) {
            place = Place.OVER;
            start = 0;
            end = 0;
            buffer = NOTHING;
            scanner.reset();
        } else if (token == null && start == end) {
            start = 0;
            end = 0;
            if (buffer.length > KEPT_BYTES) {
                buffer = NOTHING;
            }
        }
        return token;
    }

    private @Nullable Token read() {
        if (emptyStream) {
            return new Token.Close();
        }
        if (!scanner.begun() && !beginTag()) {
            return null;
        }
        if (buffer[start + 1] == '?') {
            return declaration() ? read() : null;
        }
        int stop = Math.min(end, start + limits.maxBytes());
        boolean whole = scanner.scan(buffer, start, stop, place == Place.STREAM);
        if (!whole) {
            requireRoom();
            return null;
        }
        return place == Place.STREAM ? child() : header();
    }

    /** The limit says something once a byte has come that is beyond it, whatever else that byte would have done. */
    private void requireRoom() {
        if (end - start > limits.maxBytes()) {
            throw Broken.limit("more than " + limits.maxBytes() + " bytes in one "
                    + (place == Place.STREAM ? "first-level element" : "stream header"));
        }
    }

    /** Skips white space up to a {@code <} and one byte more; false when that has not come yet. */
    private boolean beginTag() {
        while (start < end && Chars.isBlank(buffer[start])) {
            start++;
            place = place == Place.START ? Place.PROLOG : place;
        }
        if (start == end) {
            return false;
        }
        byte first = buffer[start];
        if (first != '<') {
            throw notATag(first);
        }
        if (start + 1 == end) {
            return false;
        }
        byte second = buffer[start + 1];
        if (second == '!' || (second == '?' && place != Place.START && place != Place.RESTART)) {
            throw new Broken(
                    Token.Rule.RESTRICTED_XML, "comments, document types and processing instructions are not allowed");
        }
        if (second == '/' && place != Place.STREAM) {
            throw Broken.notWellFormed("an end tag before the stream header");
        }
        return true;
    }

    private Broken notATag(byte first) {
        if (place != Place.STREAM) {
            // A zero byte, or one of the two of a byte order mark, is how the other encodings of Unicode begin.
            return first == 0 || first == (byte) 0xFE || first == (byte) 0xFF
                    ? new Broken(Token.Rule.UNSUPPORTED_ENCODING, "the stream is not in UTF-8")
                    : Broken.notWellFormed("the stream does not begin with a tag");
        }
        return first >= 0 && first < ' '
                ? Broken.notWellFormed("a character that XML does not allow")
                : new Broken(Token.Rule.BAD_FORMAT, "text between first-level elements");
    }

    /** Reads the XML declaration (XML 1.0 2.8); false when it is not all there. */
    private boolean declaration() {
        int stop = Math.min(end, start + MAX_DECLARATION_BYTES);
        int close = start + 2;
        while (close < stop && buffer[close] != '>') {
            close++;
        }
        if (close >= stop) {
            if (end - start > MAX_DECLARATION_BYTES) {
                throw Broken.limit("an XML declaration of more than " + MAX_DECLARATION_BYTES + " bytes");
            }
            return false;
        }
        String text = new String(buffer, start, close + 1 - start, StandardCharsets.ISO_8859_1);
        Matcher matcher = DECLARATION.matcher(text);
        if (!matcher.matches()) {
            throw text.startsWith("<?xml")
                    ? Broken.notWellFormed("not an XML declaration of version 1.0")
                    : new Broken(Token.Rule.RESTRICTED_XML, "processing instructions are not allowed");
        }
        String encoding = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        if (encoding != null && !encoding.equalsIgnoreCase("UTF-8")) {
            throw new Broken(Token.Rule.UNSUPPORTED_ENCODING, "the stream says that it is not in UTF-8");
        }
        start = close + 1;
        place = Place.PROLOG;
        return true;
    }

    private Token header() {
        StartTag tag = scanner.header(buffer, start);
        emptyStream = scanner.emptyHeader();
        start += scanner.scanned();
        scanner.reset();
        place = Place.STREAM;
        return new Token.Header(tag);
    }

    private Token child() {
        Token token = scanner.isStreamEnd() ? new Token.Close() : scanner.child(buffer, start);
        start += scanner.scanned();
        scanner.reset();
        return token;
    }

    private void makeRoom(int length) {
        if (buffer.length - end >= length) {
            return;
        }
        int held = end - start;
        byte[] target = buffer;
        if (buffer.length - held < length) {
            target = new byte[Math.max(held + length, Math.min(2 * buffer.length, held + limits.maxBytes()))];
        }
        System.arraycopy(buffer, start, target, 0, held);
        buffer = target;
        start = 0;
        end = held;
    }
}
