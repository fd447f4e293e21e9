/**
 * The three stanzas of XMPP (RFC 6120 8) and their errors: decides how a stanza is read from and written to the wire. What
 * is in a stanza stays the bytes that came until somebody asks for an element. Imports {@code jid} and {@code xml}; of
 * netty only buffers.
 */
@NullMarked
package org.trestle.xmpp.stanza;

import org.jspecify.annotations.NullMarked;
