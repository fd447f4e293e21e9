package org.trestle.xmpp.session;

import org.trestle.xmpp.xml.Element;

/** What clients send beside stanzas once they are bound. */
@FunctionalInterface
public interface Nonzas {

    /** Called on the session's loop. False when nobody knows such an element: the stream ends. */
    boolean take(ClientSession session, Element element);
}
