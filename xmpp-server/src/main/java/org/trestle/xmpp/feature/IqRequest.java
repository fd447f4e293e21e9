package org.trestle.xmpp.feature;

import java.util.function.Consumer;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;

/**
 * A request that one handler has to answer exactly once.
 *
 * @param iq a get or a set, with both addresses
 * @param element its one child
 * @param reply brings the answer to whoever has asked
 */
public record IqRequest(Iq iq, Element element, Consumer<Stanza> reply) {

    public void answer(Element... content) {
        reply.accept(iq.result(content));
    }

    public void refuse(StanzaError error) {
        Stanza refusal = error.error(iq);
        if (refusal != null) {
            reply.accept(refusal);
        }
    }
}
