package org.trestle.xmpp.xml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenizerTest {
    static final String HEADER = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
            + " to='example.com' version='1.0'>";
    private static final XmlLimits LIMITS = new XmlLimits(2048, 6, 8, 40, 8, 40);

    /** A declaration of the namespace of XML would end the stream of whoever gets the element. */
    @Test
    void elementsOfTheNamespaceOfXmlAreWrittenWithItsPrefix() {
        for (String text : List.of(
                "<m xmlns='u'><xml:a/></m>",
                "<m xmlns='u'><xml:a xml:lang='en'><b/><c xmlns='v'/>x</xml:a></m>",
                "<xml:a><b xmlns='u'/></xml:a>")) {
            assertEquals(text, Element.parse(text).toString());
        }
    }

    @Test
    void cutsAStreamIntoItsParts() {
        String text = "<?xml version='1.0'?>" + HEADER
                + " \n<message to='a@b' type=\"chat\"><body>hi &amp; bye</body></message>"
                + "<presence/></stream:stream>";
        List<Token> tokens = tokens(text);
        assertEquals(4, tokens.size());
        StartTag header = assertInstanceOf(Token.Header.class, tokens.get(0)).tag();
        assertTrue(header.is("stream", Namespaces.STREAM));
        assertEquals("example.com", header.attribute("to"));
        assertEquals("jabber:client", header.defaultNamespace());
        Token.Child message = assertInstanceOf(Token.Child.class, tokens.get(1));
        assertTrue(message.tag().is("message", Namespaces.CLIENT));
        assertEquals("a@b", message.tag().attribute("to"));
        assertEquals("chat", message.tag().attribute("type"));
        assertEquals("<body>hi &amp; bye</body>", content(message));
        assertEquals(0, assertInstanceOf(Token.Child.class, tokens.get(2)).content().length);
        assertInstanceOf(Token.Close.class, tokens.get(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version='1.0' encoding=\"utf-8\" standalone='yes' ?>\n",
                "<message to='ü@b/♚' xml:lang='de'><body>größe 🎉 &#x1F389;&#10;</body><x xmlns='y:z' a='1 > 2'/></message>",
                "<a:message xmlns:a='jabber:client' xmlns='other'><b/>text<b>]] > ]</b></a:message>",
                "<message><![CDATA[<x>]]]]><b><![CDATA[]]></b></message  >",
                "<iq id='1' type='get'><stream:q stream:z='1'><stream:y/></stream:q></iq>",
                "<iq a = '1'\n\tb\r\n=\"'\" ><x/ ></iq>",
                "<iq><a><b><c><d><e/></d></c></b></a></iq>",
                "<iq><a><b><c><d><e><f/></e></d></c></b></a></iq>",
                "<message><body>\u0000</body></message>",
                "<message>&nbsp;</message>",
                "<message><!-- no --></message>",
                "<message><x:y/></message>",
                "<message><a></b></message>",
                "<message>]]></message>",
                "<message><body>&#xFFFF;</body></message>",
                "</stream:stream>trailing",
                "</stream>",
                "text",
                "<!DOCTYPE x>",
                "<?target data?>",
                "<message a='1' a='2'/>",
                "<message a='<'/>"
            })
    void givesTheSameTokensHoweverTheBytesAreCut(String rest) {
        for (String text : List.of(HEADER + rest + "<presence/></stream:stream>", rest + HEADER + "<presence/>")) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            List<String> whole = described(List.of(bytes), LIMITS);
            for (int cut = 0; cut <= bytes.length; cut++) {
                byte[] head = Arrays.copyOfRange(bytes, 0, cut);
                byte[] tail = Arrays.copyOfRange(bytes, cut, bytes.length);
                assertEquals(whole, described(List.of(head, tail), LIMITS), text + " cut at " + cut);
            }
            assertEquals(whole, described(bytewise(bytes), LIMITS), text + " byte by byte");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "GET / HTTP/1.1, NOT_WELL_FORMED",
                "</a>, NOT_WELL_FORMED",
                "<a b></a>, NOT_WELL_FORMED",
                "<a b=c></a>, NOT_WELL_FORMED",
                "<a b='1'c='2'></a>, NOT_WELL_FORMED",
                "<a b='1' b='2'>, NOT_WELL_FORMED",
                "<1a>, NOT_WELL_FORMED",
                "<a:>, NOT_WELL_FORMED",
                "<:a>, NOT_WELL_FORMED",
                "<a:b:c>, NOT_WELL_FORMED",
                "<>, NOT_WELL_FORMED",
                "< a>, NOT_WELL_FORMED",
                "<a <, NOT_WELL_FORMED",
                "<a b='&'>, NOT_WELL_FORMED",
                "<a b='&#0;'>, NOT_WELL_FORMED",
                "<a b='&#xD800;'>, NOT_WELL_FORMED",
                "<a b='&#x110000;'>, NOT_WELL_FORMED",
                "<a b='&#99999999999;'>, NOT_WELL_FORMED",
                "<a b='&lol;'>, RESTRICTED_XML",
                "<a b='&averyveryverylongname;'>, RESTRICTED_XML",
                "<!DOCTYPE a [<!ENTITY b 'c'>]><a>, RESTRICTED_XML",
                "<!-- a --><a>, RESTRICTED_XML",
                "<?php ?><a>, RESTRICTED_XML",
                "<?xml version='1.1'?><a>, NOT_WELL_FORMED",
                "<?xml?><a>, NOT_WELL_FORMED",
                "` <?xml version='1.0'?><a>`, RESTRICTED_XML",
                "<?xml version='1.0' encoding='ISO-8859-1'?><a>, UNSUPPORTED_ENCODING",
                "<b:a>, BAD_NAMESPACE_PREFIX",
                "<a b:c='d'>, BAD_NAMESPACE_PREFIX",
                "<a xmlns:b=''>, BAD_NAMESPACE_PREFIX",
                "<a xmlns:xmlns='b'>, BAD_NAMESPACE_PREFIX",
                "<a xmlns:xml='b'>, BAD_NAMESPACE_PREFIX",
                "<a xmlns:b='http://www.w3.org/XML/1998/namespace'>, BAD_NAMESPACE_PREFIX",
                "<a xmlns='http://www.w3.org/2000/xmlns/'>, BAD_NAMESPACE_PREFIX",
                "<xmlns:a>, BAD_NAMESPACE_PREFIX",
                "<a xmlns:b='x' xmlns:c='x' b:d='' c:d=''>, NOT_WELL_FORMED",
                "<a>x, BAD_FORMAT",
                "<a><!-- x -->, RESTRICTED_XML",
                "<a><![CDATA[x]]>, RESTRICTED_XML",
                "<a><?x y?>, RESTRICTED_XML",
                "<a><b></c>, NOT_WELL_FORMED",
                "<a><b>x]]>, NOT_WELL_FORMED",
                "<a><b><!-- x -->, RESTRICTED_XML",
                "<a><b><?x y?>, RESTRICTED_XML",
                "<a><b><![cdata[, NOT_WELL_FORMED",
                "<a><b>&x;, RESTRICTED_XML",
                "`<a><b>& `, NOT_WELL_FORMED",
                "<a><b>&#x;, NOT_WELL_FORMED",
                "<a></b>, NOT_WELL_FORMED",
                "<a></a b='1'>, NOT_WELL_FORMED",
            })
    void refusesWhatItMust(String text, Token.Rule rule) {
        assertEquals(rule, violation(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        int[][] sequences = {
            {0x80}, {0xC0, 0x80}, {0xC1, 0xBF}, {0xE0, 0x80, 0x80}, {0xED, 0xA0, 0x80}, {0xF0, 0x80, 0x80, 0x80},
            {0xF4, 0x90, 0x80, 0x80}, {0xF5, 0x80, 0x80, 0x80}, {0xFF}, {0xC3, 0x28}, {0xE2, 0x28, 0xA1}, {0xC3}
        };
        for (int[] sequence : sequences) {
            assertEquals(Token.Rule.UNSUPPORTED_ENCODING, violation(around("<a><b>", sequence, "</b>")));
            assertEquals(Token.Rule.UNSUPPORTED_ENCODING, violation(around("<a><b c='", sequence, "'/>")));
            assertEquals(Token.Rule.UNSUPPORTED_ENCODING, violation(around("<a><b><![CDATA[", sequence, "]]></b>")));
        }
        assertEquals(Token.Rule.NOT_WELL_FORMED, violation(around("<a><b>", new int[] {0xEF, 0xBF, 0xBE}, "</b>")));
        assertEquals(Token.Rule.UNSUPPORTED_ENCODING, violation(new byte[] {0, '<', 0, 'a'}));
        assertEquals(Token.Rule.UNSUPPORTED_ENCODING, violation(new byte[] {(byte) 0xFF, (byte) 0xFE, '<', 0}));
    }

    @Test
    void keepsItsLimits() {
        assertLimit("<a><b>" + "x".repeat(3000), "2048 bytes in one first-level element");
        assertLimit("<a b='" + "x".repeat(3000), "2048 bytes in one stream header");
        assertLimit("<a><b>" + "<c>".repeat(7), "6 elements inside each other");
        assertLimit("<a><b a='' b='' c='' d='' e='' f='' g='' h='' i=''/>", "8 attributes in one tag");
        StringBuilder names = new StringBuilder("<a><b>");
        for (int i = 0; i < 40; i++) {
            names.append("<n").append(i).append("/>");
        }
        assertLimit(names.toString(), "40 distinct names in one element");
        assertLimit("<a><" + "b".repeat(41) + ">", "a name of more than 40 bytes");
        assertLimit(
                "<a xmlns:a='a'><b xmlns:a='a' xmlns:b='b' xmlns:c='c' xmlns:d='d'>"
                        + "<b xmlns:a='a' xmlns:b='b' xmlns:c='c' xmlns:d='d'>",
                "8 namespace declarations");
        assertLimit("<?xml version='1.0'" + " ".repeat(300), "XML declaration of more than 256 bytes");
    }

    @Test
    void aFirstLevelElementMayHaveExactlyItsLimit() {
        String element = "<b>" + "x".repeat(2048 - 7) + "</b>";
        assertEquals(2, tokens("<a>" + element).size());
        assertEquals(
                "Violation",
                tokens("<a>" + element.replace("</b>", "x</b>"))
                        .get(1)
                        .getClass()
                        .getSimpleName());
    }

    @Test
    void namespacesEndWithTheirElements() {
        String sibling = "<b xmlns:p='q'/>";
        assertEquals(2, tokens("<a><c>" + sibling.repeat(20) + "</c>").size());
        assertEquals(
                Token.Rule.BAD_NAMESPACE_PREFIX,
                violation("<a><c><b xmlns:p='q'/><p:d/>".getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                Token.Rule.BAD_NAMESPACE_PREFIX,
                violation("<a><c xmlns:p='q'></c><p:d/>".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void prefixesFromOutsideAreDeclaredAgainInsideTheContent() {
        String header = "<s:s xmlns='jabber:client' xmlns:s='streams' xmlns:p='urn:p&amp;'>";
        assertEquals("<p:x xmlns:p='urn:p&amp;'/><y xmlns:p='urn:p&amp;'><p:z/></y>t", content((Token.Child)
                tokens(header + "<message><p:x/><y><p:z/></y>t</message>").get(1)));
        assertEquals("<x xmlns:q='r' q:a='1'/>", content((Token.Child)
                tokens(header + "<message xmlns:q='r'><x q:a='1'/></message>").get(1)));
        assertEquals("<p:x xmlns:p='own'/><y xmlns:p='urn:p&amp;' p:a=''/>", content((Token.Child)
                tokens(header + "<message><p:x xmlns:p='own'/><y p:a=''/></message>")
                        .get(1)));
        assertEquals("<p:x xmlns:p='own'><p:y/></p:x><x xml:lang='en'/>", content((Token.Child)
                tokens(header + "<message><p:x xmlns:p='own'><p:y/></p:x><x xml:lang='en'/></message>")
                        .get(1)));
    }

    @Test
    void startsAnewWithWhatHasComeAlready() {
        Tokenizer tokenizer = new Tokenizer(LIMITS);
        tokenizer.append((HEADER + "<auth/>" + HEADER + "<iq/>").getBytes(StandardCharsets.UTF_8));
        assertInstanceOf(Token.Header.class, tokenizer.next());
        assertInstanceOf(Token.Child.class, tokenizer.next());
        assertEquals((HEADER + "<iq/>").length(), tokenizer.buffered());
        tokenizer.restart(XmlLimits.AFTER_AUTHENTICATION);
        assertInstanceOf(Token.Header.class, tokenizer.next());
        assertInstanceOf(Token.Child.class, tokenizer.next());
        assertNull(tokenizer.next());
        assertEquals(0, tokenizer.buffered());
    }

    @Test
    void anEmptyStreamBeginsAndEnds() {
        List<Token> tokens = tokens("<stream/>");
        assertInstanceOf(Token.Header.class, tokens.get(0));
        assertInstanceOf(Token.Close.class, tokens.get(1));
        assertEquals(2, tokens.size());
    }

    @Test
    void takesBytesFromABuffer() {
        Tokenizer tokenizer = new Tokenizer(LIMITS);
        ByteBuf in = Unpooled.copiedBuffer(HEADER + "<iq/>", StandardCharsets.UTF_8);
        tokenizer.append(in);
        assertEquals(0, in.readableBytes());
        in.release();
        assertInstanceOf(Token.Header.class, tokenizer.next());
        assertInstanceOf(Token.Child.class, tokenizer.next());
    }

    private static void assertLimit(String text, String words) {
        List<Token> tokens = tokens(text);
        Token.Violation violation = assertInstanceOf(Token.Violation.class, tokens.get(tokens.size() - 1));
        assertEquals(Token.Rule.POLICY_VIOLATION, violation.rule());
        assertTrue(violation.text().contains(words), violation.text());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(
                described(List.of(bytes), LIMITS).toArray(),
                described(bytewise(bytes), LIMITS).toArray());
    }

    private static byte[] around(String before, int[] bytes, String after) {
        ByteBuf all = Unpooled.buffer();
        all.writeCharSequence(before, StandardCharsets.US_ASCII);
        for (int each : bytes) {
            all.writeByte(each);
        }
        all.writeCharSequence(after, StandardCharsets.US_ASCII);
        return Arrays.copyOf(all.array(), all.readableBytes());
    }

    private static Token.Rule violation(byte[] bytes) {
        List<Token> tokens = tokens(List.of(bytes), LIMITS);
        return assertInstanceOf(Token.Violation.class, tokens.get(tokens.size() - 1))
                .rule();
    }

    static String content(Token.Child child) {
        return new String(child.content(), StandardCharsets.UTF_8);
    }

    static List<Token> tokens(String text) {
        return tokens(List.of(text.getBytes(StandardCharsets.UTF_8)), LIMITS);
    }

    static List<byte[]> bytewise(byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (byte each : bytes) {
            pieces.add(new byte[] {each});
        }
        return pieces;
    }

    static List<Token> tokens(List<byte[]> pieces, XmlLimits limits) {
        Tokenizer tokenizer = new Tokenizer(limits);
        List<Token> tokens = new ArrayList<>();
        for (byte[] piece : pieces) {
            tokenizer.append(piece);
            for (Token token = tokenizer.next(); token != null; token = tokenizer.next()) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    static List<String> described(List<byte[]> pieces, XmlLimits limits) {
        List<String> said = new ArrayList<>();
        for (Token token : tokens(pieces, limits)) {
            said.add(token instanceof Token.Child child ? child.tag() + content(child) : token.toString());
        }
        return said;
    }
}
