package org.trestle.xmpp.stream;

/** The stream of a client (RFC 6120). */
public non-sealed interface ClientStream extends XmppStream {}
