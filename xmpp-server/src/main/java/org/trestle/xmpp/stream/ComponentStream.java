package org.trestle.xmpp.stream;

/** The stream of a component (XEP-0114). */
public non-sealed interface ComponentStream extends XmppStream {

    /** The domain that the component serves, canonical. */
    String domain();
}
