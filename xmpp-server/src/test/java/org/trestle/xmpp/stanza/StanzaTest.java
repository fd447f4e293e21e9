package org.trestle.xmpp.stanza;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.Token;
import org.trestle.xmpp.xml.Tokenizer;
import org.trestle.xmpp.xml.XmlLimits;

final class StanzaTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<message from='a@b/c' to='d@e' id='1' type='chat' xml:lang='de'><body>gr&#xF6;&#223;e  <![CDATA[<]]></body></message>",
                "<message to='d@e'><x  xmlns=\"y\" /></message>",
                "<presence/>",
                "<presence from='a@b/c' type='unavailable'/>",
                "<iq id='1&apos;2' type='result'/>",
                "<iq to='b' id='1' type='get'><query xmlns='jabber:iq:version'/></iq>",
            })
    void isWrittenAsItCame(String text) {
        assertEquals(text, written(valid(text, Namespaces.CLIENT)));
    }

    @Test
    void goesFromOneStreamToAnotherUnchanged() {
        String text = "<message to='d@e'><body>x</body><y xmlns='z'/></message>";
        assertEquals(text, written(valid(text, Namespaces.COMPONENT)));
        assertEquals(
                "x",
                present(valid(text, Namespaces.COMPONENT).child("body", Namespaces.CLIENT))
                        .text());
    }

    @Test
    void aStanzaWithAPrefixIsWrittenAnew() {
        assertEquals(
                "<message><b xmlns='other'/><body>x</body></message>",
                written(valid(
                        "<c:message xmlns:c='jabber:client' xmlns='other'><b/><c:body>x</c:body></c:message>",
                        Namespaces.CLIENT)));
    }

    @Test
    void readsNamesWithoutParsing() {
        Payload payload = valid(
                        "<iq id='1' type='get'> <q:query xmlns:q='r' a='b'><x/></q:query><y/></iq>", Namespaces.CLIENT)
                .content();
        assertEquals("query", payload.firstName());
        assertEquals("r", payload.firstNamespace());
        assertEquals(2, payload.elements().size());
        assertSame(payload.elements(), payload.elements());
        assertNull(Payload.EMPTY.firstName());
        assertNull(valid("<message>text</message>", Namespaces.CLIENT).content().firstName());
    }

    @Test
    void isATreeWhenAsked() {
        String text = "<message from='a@b/c' to='d@e' id='1' type='chat' xml:lang='de'><body>x</body></message>";
        Element tree = valid(text, Namespaces.CLIENT).element();
        assertEquals(text.replace("<message", "<message xmlns='jabber:client'"), tree.toString());
        assertEquals("x", present(tree.child("body", Namespaces.CLIENT)).text());
    }

    @Test
    void getsAnotherSenderAndReceiver() {
        Stanza stanza = valid("<message to='d@e'><body>x</body></message>", Namespaces.CLIENT);
        Stanza moved = stanza.withFrom(Jid.of("a@b/c")).withTo(null);
        assertEquals("<message from='a@b/c'><body>x</body></message>", written(moved));
        assertSame(stanza.content(), moved.content());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<message to='a b@c' id='1' from='x@y'/> | <message to='x@y' id='1' type='error'><error type='modify'><jid-malformed",
                "<message to='' id='1'/> | <message id='1' type='error'><error type='modify'><jid-malformed",
                "<presence type='no' id='1'/> | <presence id='1' type='error'><error type='modify'><bad-request",
                "<iq id='1'/> | <iq id='1' type='error'><error type='modify'><bad-request",
                "<iq id='1' type='put'/> | <iq id='1' type='error'><error type='modify'><bad-request",
                "<iq id='1' type='get'/> | <iq id='1' type='error'><error type='modify'><bad-request",
                "<iq type='get'><x/></iq> | <iq type='error'><error type='modify'><bad-request",
            })
    void whatCannotBeProcessedIsAnswered(String text, String reply) {
        Reading.Refused refused = assertInstanceOf(Reading.Refused.class, read(text, Namespaces.CLIENT));
        String written = written(present(refused.reply()));
        assertEquals(reply, written.substring(0, Math.min(reply.length(), written.length())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<message type='error' to='@'/>",
                "<iq type='result' to='@' id='1'/>",
                "<iq type='error'/>",
                "<presence type='error' to='@'/>"
            })
    void errorsAndResultsAreNeverAnswered(String text) {
        assertNull(assertInstanceOf(Reading.Refused.class, read(text, Namespaces.CLIENT))
                .reply());
    }

    @Test
    void tellsWhatEndsTheStream() {
        assertInstanceOf(Reading.BadSender.class, read("<message from='@'/>", Namespaces.CLIENT));
        assertInstanceOf(Reading.Unknown.class, read("<note/>", Namespaces.CLIENT));
        assertInstanceOf(Reading.Unknown.class, read("<message xmlns='other'/>", Namespaces.CLIENT));
    }

    @Test
    void anUnknownTypeOfMessageIsNormal() {
        assertEquals("<message/>", written(valid("<message type='strange'/>", Namespaces.CLIENT)));
    }

    @Test
    void theLanguageOfTheStreamIsThatOfItsStanzas() {
        Reading reading = new StanzaReader(Namespaces.CLIENT, "fr").read(child("<message/>", Namespaces.CLIENT));
        assertEquals(
                "<message xml:lang='fr'/>",
                written(assertInstanceOf(Reading.Valid.class, reading).stanza()));
    }

    @Test
    void anErrorSaysWhatAndWhy() {
        Stanza stanza = valid("<iq from='a@b/c' to='d' id='7' type='set'><x/></iq>", Namespaces.CLIENT);
        StanzaError error = StanzaError.of(StanzaError.Condition.SERVICE_UNAVAILABLE, "nobody is there");
        assertEquals(
                "<iq from='d' to='a@b/c' id='7' type='error'><error type='cancel'>"
                        + "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                        + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>nobody is there</text></error></iq>",
                written(present(error.error(stanza))));
    }

    private static Stanza valid(String text, String namespace) {
        return assertInstanceOf(Reading.Valid.class, read(text, namespace)).stanza();
    }

    private static Reading read(String text, String namespace) {
        return new StanzaReader(namespace, null).read(child(text, namespace));
    }

    private static Token.Child child(String text, String namespace) {
        Tokenizer tokenizer = new Tokenizer(XmlLimits.BEFORE_AUTHENTICATION);
        tokenizer.append(Unpooled.copiedBuffer("<s xmlns='" + namespace + "'>" + text, StandardCharsets.UTF_8));
        assertInstanceOf(Token.Header.class, tokenizer.next());
        return assertInstanceOf(Token.Child.class, tokenizer.next());
    }

    private static String written(Stanza stanza) {
        ByteBuf out = Unpooled.buffer();
        stanza.encode(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static <T> T present(@Nullable T value) {
        assertNotNull(value);
        return value;
    }
}
