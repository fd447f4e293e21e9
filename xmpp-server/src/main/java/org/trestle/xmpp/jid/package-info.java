/**
 * Addresses of XMPP (RFC 7622): decides what a legal Jid is and what its canonical text is. Imports nothing of ours.
 */
@NullMarked
package org.trestle.xmpp.jid;

import org.jspecify.annotations.NullMarked;
