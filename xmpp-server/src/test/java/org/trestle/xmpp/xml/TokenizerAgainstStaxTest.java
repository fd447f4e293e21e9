package org.trestle.xmpp.xml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Test;

/** Random documents, whole and damaged: the JDK's parser and ours must agree on what is well-formed and what it says. */
final class TokenizerAgainstStaxTest {
    private static final int DOCUMENTS = 20_000;
    private static final XmlLimits LIMITS = new XmlLimits(64 * 1024, 100, 64, 256, 128, 1024);
    /** What breaks a rule of XMPP, and may be well-formed. */
    private static final Set<Token.Rule> XMPP_ONLY =
            Set.of(Token.Rule.RESTRICTED_XML, Token.Rule.BAD_FORMAT, Token.Rule.POLICY_VIOLATION);

    private static final String[] NAMES = {"a", "b", "message", "x-y", "p:a", "q:b", "größe", "_1", "p:x.y", "xml:lang"
    };
    private static final String[] TEXTS = {
        "text", " ", "\n", "\r\n", "\t", "&lt;", "&amp;", "&#x41;", "&#233;", "é", "🎉", "]]", ">", "'", "\"", "]", "=",
        "/"
    };
    private static final String[] DAMAGE = {
        "<", ">", "&", "'", "\"", "/", "=", ":", "xmlns", " ", "]]>", "<a>", "</a>", "&#0;", "\u0001", "\uFFFE",
        "<p:z/>", "!"
    };

    private static final StartTag NO_TAG = new StartTag("", "", List.of(), "");

    private final XMLInputFactory factory = XMLInputFactory.newInstance();

    TokenizerAgainstStaxTest() {
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    }

    @Test
    void agreesWithTheParserOfTheJdk() {
        int wellFormed = 0;
        for (int seed = 0; seed < DOCUMENTS; seed++) {
            String document = damagedDocument(seed);
            List<Token> tokens = TokenizerTest.tokens(List.of(document.getBytes(StandardCharsets.UTF_8)), LIMITS);
            Token last = tokens.isEmpty() ? new Token.Header(NO_TAG) : tokens.get(tokens.size() - 1);
            if (last instanceof Token.Violation violation && XMPP_ONLY.contains(violation.rule())) {
                continue;
            }
            boolean whole = last instanceof Token.Close;
            wellFormed += whole ? 1 : 0;
            String ours = whole ? tree(tokens).toString() : "not well-formed";
            String theirs = stax(whole ? upToTheEndOfTheStream(document) : document);
            assertEquals(theirs, ours, "seed " + seed + ": " + document);
        }
        assertTrue(wellFormed > DOCUMENTS / 4 && wellFormed < DOCUMENTS * 3 / 4, wellFormed + " well-formed");
    }

    @Test
    void givesTheSameTokensHoweverTheBytesAreCut() {
        for (int seed = 0; seed < DOCUMENTS; seed++) {
            byte[] bytes = damagedDocument(seed).getBytes(StandardCharsets.UTF_8);
            SplittableRandom random = new SplittableRandom(seed);
            List<byte[]> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 40));
                pieces.add(Arrays.copyOfRange(bytes, at, to));
                at = to;
            }
            // Limits so low that documents run into them.
            XmlLimits limits = new XmlLimits(1024, 3, 8, 32, 8, 16);
            assertEquals(
                    TokenizerTest.described(List.of(bytes), limits),
                    TokenizerTest.described(pieces, limits),
                    "seed " + seed);
        }
    }

    /** We stop at the end of the stream; another parser also looks at what is behind it. */
    private static String upToTheEndOfTheStream(String document) {
        Tokenizer tokenizer = new Tokenizer(LIMITS);
        for (int i = 0; i < document.length(); i++) {
            if (document.charAt(i) == '>') {
                tokenizer = new Tokenizer(LIMITS);
                tokenizer.append(document.substring(0, i + 1).getBytes(StandardCharsets.UTF_8));
                for (Token token = tokenizer.next(); token != null; token = tokenizer.next()) {
                    if (token instanceof Token.Close) {
                        return document.substring(0, i + 1);
                    }
                }
            }
        }
        throw new IllegalArgumentException("no end of the stream: " + document);
    }

    private static String damagedDocument(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String document = document(random);
        for (int damages = random.nextInt(3); damages > 0; damages--) {
            document = damaged(random, document);
        }
        return document;
    }

    /** Puts the stream together again from its tokens, each content on its own. */
    private static Element tree(List<Token> tokens) {
        StartTag header = ((Token.Header) tokens.get(0)).tag();
        List<Node> children = new ArrayList<>();
        for (Token token : tokens) {
            if (token instanceof Token.Child child) {
                children.add(child.element());
            }
        }
        return new Element(header.namespace(), header.name(), header.attributes(), children);
    }

    private static String document(SplittableRandom random) {
        StringBuilder out = new StringBuilder("<s:s xmlns='d' xmlns:s='urn:s' xmlns:p='urn:p' xmlns:q='urn:q'>");
        for (int children = random.nextInt(4); children > 0; children--) {
            element(random, out, 0);
        }
        return out.append("</s:s>").toString();
    }

    private static void element(SplittableRandom random, StringBuilder out, int depth) {
        String name = NAMES[random.nextInt(NAMES.length - 1)];
        out.append('<').append(name);
        for (int attributes = random.nextInt(4); attributes > 0; attributes--) {
            attribute(random, out, attributes);
        }
        if (random.nextInt(4) == 0) {
            out.append(random.nextBoolean() ? "/>" : " />");
            return;
        }
        out.append('>');
        for (int parts = random.nextInt(4); parts > 0; parts--) {
            int kind = random.nextInt(8);
            if (kind < 3 && depth < 5) {
                element(random, out, depth + 1);
            } else if (kind == 3) {
                out.append("<![CDATA[")
                        .append(TEXTS[random.nextInt(TEXTS.length)])
                        .append("<&]]>");
            } else {
                out.append(TEXTS[random.nextInt(TEXTS.length)]).append(TEXTS[random.nextInt(3)]);
            }
        }
        out.append("</").append(name).append(random.nextInt(5) == 0 ? " >" : ">");
    }

    private static void attribute(SplittableRandom random, StringBuilder out, int number) {
        String[] declarations = {"xmlns", "xmlns:p", "xmlns:q", "xmlns:r" + number};
        String name = random.nextInt(4) == 0
                ? declarations[random.nextInt(declarations.length)]
                : NAMES[random.nextInt(NAMES.length)];
        char quote = random.nextBoolean() ? '\'' : '"';
        out.append(random.nextInt(5) == 0 ? "\n " : " ").append(name);
        out.append(random.nextInt(5) == 0 ? " = " : "=").append(quote);
        for (int parts = 1 + random.nextInt(2); parts > 0; parts--) {
            String text = TEXTS[random.nextInt(TEXTS.length)];
            out.append(text.indexOf(quote) < 0 ? text : "urn:p");
        }
        out.append(quote);
    }

    private static String damaged(SplittableRandom random, String document) {
        int at = random.nextInt(document.length());
        if (Character.isLowSurrogate(document.charAt(at))) {
            return document;
        }
        String head = document.substring(0, at);
        int width = Character.isHighSurrogate(document.charAt(at)) ? 2 : 1;
        return switch (random.nextInt(3)) {
            case 0 -> head + DAMAGE[random.nextInt(DAMAGE.length)] + document.substring(at);
            case 1 -> head + document.substring(at + width);
            default -> head + DAMAGE[random.nextInt(DAMAGE.length)] + document.substring(at + width);
        };
    }

    /** What the JDK reads. White space between children is left out. */
    private String stax(String document) {
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(
                    new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)), "UTF-8");
            reader.nextTag();
            Element root = read(reader, 0);
            while (reader.hasNext()) {
                reader.next();
            }
            // It takes names that begin with a colon, which Namespaces in XML 1.0, 4 does not.
            return hasColon(root) ? "not well-formed" : root.toString();
        } catch (XMLStreamException notWellFormed) {
            return "not well-formed";
        }
    }

    private static boolean hasColon(Element element) {
        return element.name().startsWith(":")
                || element.attributes().stream().anyMatch(a -> a.name().startsWith(":"))
                || element.children().stream().anyMatch(TokenizerAgainstStaxTest::hasColon);
    }

    private static Element read(XMLStreamReader reader, int depth) throws XMLStreamException {
        String namespace = reader.getNamespaceURI() == null ? "" : reader.getNamespaceURI();
        Element.Builder element = Element.of(reader.getLocalName(), namespace);
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String of = reader.getAttributeNamespace(i) == null ? "" : reader.getAttributeNamespace(i);
            element.attribute(new Attribute(of, reader.getAttributeLocalName(i), reader.getAttributeValue(i)));
        }
        while (true) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> element.child(read(reader, depth + 1));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (depth > 0) {
                        element.text(reader.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    return element.build();
                }
                default -> fail("event " + reader.getEventType());
            }
        }
    }
}
