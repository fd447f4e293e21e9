/**
 * Streams of clients (RFC 6120) and of components (XEP-0114): decides everything about a connection until it is
 * authenticated and bound, and how it ends. Talks upward only through {@link org.trestle.xmpp.stream.StreamHost},
 * {@link org.trestle.xmpp.stream.ComponentHost} and {@link org.trestle.xmpp.stream.StreamListener}. Imports {@code jid},
 * {@code xml}, {@code stanza} and {@code auth.sasl}.
 */
@NullMarked
package org.trestle.xmpp.stream;

import org.jspecify.annotations.NullMarked;
