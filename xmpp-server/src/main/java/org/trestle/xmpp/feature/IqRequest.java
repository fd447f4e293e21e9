package org.trestle.xmpp.feature;

import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;

/**
 * A request that one handler has to answer exactly once.
 *
 * @param iq a get or a set, with both addresses
 * @param element its one child
 */
public record IqRequest(Iq iq, Element element, Switchboard switchboard) {

    public void answer(Element... content) {
        switchboard.route(iq.result(content), null);
    }

    public void refuse(StanzaError error) {
        Stanza reply = error.error(iq);
        if (reply != null) {
            switchboard.route(reply, null);
        }
    }
}
