/**
 * A TCP port that XMPP and TURN share, such as 443: decides from the first bytes of a connection, and from what TLS
 * negotiates, whose it is, and hands it over. What becomes of it then is decided there. Imports how XMPP takes connections,
 * what the relay's first bytes are, and the node's certificates.
 */
@NullMarked
package org.trestle.node.shared;

import org.jspecify.annotations.NullMarked;
