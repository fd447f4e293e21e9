package org.trestle.xmpp.xml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What XML allows and RFC 6120 11.1 forbids, put in at every place of a document: where the parser of the JDK takes it, the
 * tokenizer refuses with {@code restricted-xml}, whole and byte by byte; where it is plain text to both, both read the same.
 */
final class RestrictedXmlTest {
    private static final String STREAM =
            "<s:s xmlns='d' xmlns:s='urn:s'><m a='1'><b>é&amp;x</b><![CDATA[<t>]]></m>\n<p/></s:s>";
    private static final String DOCTYPE = "<!DOCTYPE s:s [<!ENTITY own 'x'>]>";

    private final XMLInputFactory factory = XMLInputFactory.newInstance();

    @ParameterizedTest
    @ValueSource(strings = {"<!-- c -->", "<!---->", "<?target data?>", "<?t?>"})
    void commentsAndInstructions(String forbidden) {
        int taken = 0;
        for (int at = 0; at < STREAM.lastIndexOf('<'); at++) {
            String document = STREAM.substring(0, at) + forbidden + STREAM.substring(at);
            if (!isWellFormed(document)) {
                assertFalse(last(document) instanceof Token.Close, document);
            } else if (isInCdata(at)) {
                assertInstanceOf(Token.Close.class, last(document), document);
            } else {
                assertRestricted(document);
                taken++;
            }
        }
        // Before everything, and at each place of text: between two tags, or in front of or behind each character.
        assertEquals(11, taken);
    }

    @Test
    void documentTypesAndTheirEntities() {
        assertRestricted(DOCTYPE + STREAM);
        assertRestricted("<?xml version='1.0'?>" + DOCTYPE + STREAM);
        for (int at = 1; at < STREAM.lastIndexOf('<'); at++) {
            String document = STREAM.substring(0, at) + "&own;" + STREAM.substring(at);
            boolean wellFormed = isWellFormed(DOCTYPE + document);
            if (wellFormed && !isInCdata(at) && !isBetweenStanzas(at)) {
                assertRestricted(document);
            } else if (!wellFormed) {
                assertFalse(last(document) instanceof Token.Close, document);
            }
        }
    }

    private static boolean isInCdata(int at) {
        return at >= STREAM.indexOf("<t>") && at <= STREAM.indexOf("]]>");
    }

    /** Where any text is one too many. */
    private static boolean isBetweenStanzas(int at) {
        return at == STREAM.indexOf("<m") || at > STREAM.indexOf("</m>") + 3;
    }

    private static void assertRestricted(String document) {
        Token.Violation violation = assertInstanceOf(Token.Violation.class, last(document), document);
        assertEquals(Token.Rule.RESTRICTED_XML, violation.rule(), document);
    }

    /** The last token, which is the same however the bytes come. */
    private static Token last(String document) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        XmlLimits limits = XmlLimits.BEFORE_AUTHENTICATION;
        assertEquals(
                TokenizerTest.described(List.of(bytes), limits),
                TokenizerTest.described(TokenizerTest.bytewise(bytes), limits),
                document);
        List<Token> tokens = TokenizerTest.tokens(List.of(bytes), limits);
        return tokens.get(tokens.size() - 1);
    }

    private boolean isWellFormed(String document) {
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(document));
            while (reader.hasNext()) {
                reader.next();
            }
            return true;
        } catch (XMLStreamException notWellFormed) {
            return false;
        }
    }
}
