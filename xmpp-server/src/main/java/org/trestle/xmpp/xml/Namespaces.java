package org.trestle.xmpp.xml;

/** The namespaces of RFC 6120 and its neighbours. */
public final class Namespaces {
    public static final String STREAM = "http://etherx.jabber.org/streams";
    public static final String CLIENT = "jabber:client";
    public static final String COMPONENT = "jabber:component:accept";
    public static final String TLS = "urn:ietf:params:xml:ns:xmpp-tls";
    public static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
    public static final String CHANNEL_BINDING = "urn:xmpp:sasl-cb:0";
    public static final String BIND = "urn:ietf:params:xml:ns:xmpp-bind";
    public static final String SESSION = "urn:ietf:params:xml:ns:xmpp-session";
    public static final String STREAM_MANAGEMENT = "urn:xmpp:sm:3";
    public static final String STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams";
    public static final String STANZA_ERRORS = "urn:ietf:params:xml:ns:xmpp-stanzas";

    /** What the prefix {@code xml} is bound to, always. */
    public static final String XML = "http://www.w3.org/XML/1998/namespace";

    /** What the prefix {@code xmlns} is bound to, always. */
    public static final String XMLNS = "http://www.w3.org/2000/xmlns/";

    private Namespaces() {}
}
