package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;

/** A peer that asks and waits for the answer. */
final class Asking {
    private final Peer peer;
    private final String prefix;
    private int number;

    Asking(Peer peer) {
        this.peer = peer;
        this.prefix = peer.jid + "-asks-";
    }

    /** The one child of the result, or null when it has none. */
    @Nullable
    Element result(Iq.Type type, String to, String xml) throws Exception {
        return ask(type, to, xml, Iq.Type.RESULT).content().elements().stream()
                .findFirst()
                .orElse(null);
    }

    Element get(String to, String xml) throws Exception {
        Element result = result(Iq.Type.GET, to, xml);
        assertNotNull(result);
        return result;
    }

    Element set(String to, String xml) throws Exception {
        Element result = result(Iq.Type.SET, to, xml);
        assertNotNull(result);
        return result;
    }

    /** The element {@code error} of a refusal with this condition. */
    Element refused(Iq.Type type, String to, String xml, StanzaError.Condition condition) throws Exception {
        Iq answer = ask(type, to, xml, Iq.Type.ERROR);
        Element error = answer.child("error", "jabber:client");
        assertNotNull(error);
        assertNotNull(error.child(condition.elementName(), "urn:ietf:params:xml:ns:xmpp-stanzas"), error::toString);
        return error;
    }

    private Iq ask(Iq.Type type, String to, String xml, Iq.Type expected) throws Exception {
        String id = prefix + ++number;
        peer.send(new Iq(type, Jid.of(to), null, id, null, Payload.of(Element.parse(xml))));
        return peer.expectIq(expected, id);
    }
}
