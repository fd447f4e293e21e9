/**
 * XML as XMPP allows it (RFC 6120 11): decides what is well-formed and within limits, cuts a stream of bytes into stream
 * header, first-level elements and stream end, and reads and writes small trees. Imports nothing of ours; of netty only
 * buffers.
 */
@NullMarked
package org.trestle.xmpp.xml;

import org.jspecify.annotations.NullMarked;
